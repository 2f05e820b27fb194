"""Choosing a region of the real screen with the mouse."""

from __future__ import annotations

import sys

from PySide6.QtCore import QObject, QPoint, QPointF, QRect, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QColor,
    QGuiApplication,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QScreen,
)
from PySide6.QtWidgets import QWidget

from app.capture.specs import Region
from ui.physical import device_point, pixel_ratio_of

_SHADE = QColor(0, 0, 0, 120)
_FRAME = QColor("#5b8cff")
_LABEL = QColor(17, 21, 27, 225)
_SMALLEST_PX = 8


class RegionSelector(QWidget):
    """Covers one screen with a picture of itself, on which a rectangle of its pixels is dragged.

    The picture stands in for a translucent window, which would be black without a compositor.

    Signals:
        selected: The Region, once the mouse is let go.
        cancelled: Escape or the right button was pressed.
    """

    selected = Signal(Region)
    cancelled = Signal()

    def __init__(self, screen: QScreen) -> None:
        super().__init__(
            None, Qt.WindowType.FramelessWindowHint | Qt.WindowType.WindowStaysOnTopHint
        )
        self._screen = screen
        self._backdrop: QPixmap = screen.grabWindow(0)
        if self._backdrop.isNull():  # Wayland lets nobody take the picture
            self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self._ratio = pixel_ratio_of(screen)
        self._start: QPoint | None = None  # in device pixels of the screen, as the rectangle
        self._band = QRect()
        self.setWindowTitle(self.tr("Select a screen region"))
        self.setAccessibleName(self.tr("Select a screen region"))
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setScreen(screen)
        self.setGeometry(screen.geometry())

    def open(self) -> None:
        """Show it over its screen, the keyboard with it so that Escape always works."""
        if sys.platform == "darwin":  # where a full screen is a desktop of its own, under the notch
            self.show()
        else:
            self.showFullScreen()
        self.activateWindow()
        self.setFocus()

    def closeEvent(self, event: QCloseEvent) -> None:
        self._backdrop = QPixmap()  # megabytes
        super().closeEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.cancelled.emit()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.RightButton:
            self.cancelled.emit()
        elif event.button() == Qt.MouseButton.LeftButton:
            self._start = device_point(self._place_of(event), self._ratio)
            self._band = QRect()
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._start is not None:
            self._stretch_to(self._place_of(event))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or self._start is None:
            return
        self._stretch_to(self._place_of(event))
        self._start = None
        if min(self._band.width(), self._band.height()) >= _SMALLEST_PX * self._ratio:
            self.selected.emit(self._region())
        else:  # a click is not a selection: the person may try again
            self._band = QRect()
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.drawPixmap(self.rect(), self._backdrop)
        painter.fillRect(self.rect(), _SHADE)
        if self._band.isEmpty():
            hint = self.tr("Drag over the area to watch   ·   Esc cancels")
            centre = QPoint(self.rect().center().x(), self.rect().height() // 8)
            self._draw_label(painter, hint, centre)
        else:
            self._draw_band(painter)
        painter.end()

    def _place_of(self, event: QMouseEvent) -> QPointF:
        """Where on the screen the mouse is; a bar at its top may keep the window away from it."""
        return event.globalPosition() - self._screen.geometry().topLeft().toPointF()

    def _stretch_to(self, place: QPointF) -> None:
        assert self._start is not None
        point = device_point(place, self._ratio)
        left, right = sorted((self._start.x(), point.x()))
        top, bottom = sorted((self._start.y(), point.y()))
        self._band = QRect(left, top, right - left, bottom - top).intersected(self._whole())
        self.update()

    def _whole(self) -> QRect:
        """The screen in device pixels from its own corner."""
        size = self.size() * self._ratio
        return QRect(QPoint(0, 0), size)

    def _region(self) -> Region:
        band = self._band.translated(self._screen.geometry().topLeft())
        return Region(band.x(), band.y(), band.width(), band.height())

    def _draw_band(self, painter: QPainter) -> None:
        shown = QRectF(
            QPointF(self._band.topLeft()) / self._ratio, QSizeF(self._band.size()) / self._ratio
        )
        painter.save()
        painter.setClipRect(shown)
        painter.drawPixmap(self.rect(), self._backdrop)
        painter.restore()
        painter.setPen(QPen(_FRAME, 2))
        painter.drawRect(shown)
        region = self._region()
        below = QPoint(round(shown.center().x()), round(shown.bottom()) + 24)
        if below.y() > self.height() - 24:
            below.setY(round(shown.bottom()) - 24)
        self._draw_label(painter, f"{region.width_px} × {region.height_px}", below)  # noqa: RUF001

    def _draw_label(self, painter: QPainter, text: str, centre: QPoint) -> None:
        box = painter.fontMetrics().boundingRect(text).adjusted(-14, -8, 14, 8)
        box.moveCenter(centre)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(_LABEL)
        painter.drawRoundedRect(box, 8, 8)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QColor("#ffffff"))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


class RegionSelection(QObject):
    """One RegionSelector on every screen; the first answer closes them all.

    Signals:
        selected: The Region in physical pixels.
        finished: All selectors are closed, whether something was selected or not.
    """

    selected = Signal(Region)
    finished = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._selectors: list[RegionSelector] = []
        self._is_open = False

    @property
    def selectors(self) -> tuple[RegionSelector, ...]:
        """Those that are open."""
        return tuple(self._selectors) if self._is_open else ()

    def open(self) -> None:
        """Take the screens' pictures and cover the screens with them."""
        if self._is_open:
            return
        self._is_open = True
        self._selectors = [RegionSelector(screen) for screen in QGuiApplication.screens()]
        for selector in self._selectors:
            selector.selected.connect(self._select)
            selector.cancelled.connect(self._close)
            selector.open()

    def _select(self, region: Region) -> None:
        self.selected.emit(region)
        self._close()

    def _close(self) -> None:
        """Close all, but keep them until the next time: one is in the middle of an event."""
        self._is_open = False
        for selector in self._selectors:
            selector.close()
        self.finished.emit()
