"""Choosing a region of the real screen with the mouse."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPoint, QRect, Qt, Signal
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

_SHADE = QColor(0, 0, 0, 120)
_FRAME = QColor("#5b8cff")
_LABEL = QColor(17, 21, 27, 225)
_SMALLEST_PX = 8


def physical_region(logical: QRect, screen_origin: QPoint, pixel_ratio: float) -> Region:
    """`logical`, which counts from its screen's corner, in the pixels that a capture grabs.

    Qt scales distances within a screen but leaves the screens' corners where the system has them.
    Both edges are rounded, so that neighbouring rectangles stay neighbours.
    """
    left, top = round(logical.x() * pixel_ratio), round(logical.y() * pixel_ratio)
    right = round((logical.x() + logical.width()) * pixel_ratio)
    bottom = round((logical.y() + logical.height()) * pixel_ratio)
    return Region(screen_origin.x() + left, screen_origin.y() + top, right - left, bottom - top)


def screen_region(screen: QScreen) -> Region:
    """All of `screen`."""
    whole = QRect(QPoint(0, 0), screen.geometry().size())
    return physical_region(whole, screen.geometry().topLeft(), screen.devicePixelRatio())


class RegionSelector(QWidget):
    """Covers one screen with a picture of itself, on which a rectangle is dragged.

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
        self._start: QPoint | None = None
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
            self._start = event.position().toPoint()
            self._band = QRect()
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._start is not None:
            self._stretch_to(event.position().toPoint())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or self._start is None:
            return
        self._stretch_to(event.position().toPoint())
        self._start = None
        if min(self._band.width(), self._band.height()) >= _SMALLEST_PX:
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

    def _stretch_to(self, point: QPoint) -> None:
        assert self._start is not None
        left, right = sorted((self._start.x(), point.x()))
        top, bottom = sorted((self._start.y(), point.y()))
        self._band = QRect(left, top, right - left, bottom - top).intersected(self.rect())
        self.update()

    def _region(self) -> Region:
        return physical_region(
            self._band, self._screen.geometry().topLeft(), self._screen.devicePixelRatio()
        )

    def _draw_band(self, painter: QPainter) -> None:
        painter.save()
        painter.setClipRect(self._band)
        painter.drawPixmap(self.rect(), self._backdrop)
        painter.restore()
        painter.setPen(QPen(_FRAME, 2))
        painter.drawRect(self._band)
        region = self._region()
        below = QPoint(self._band.center().x(), self._band.bottom() + 24)
        if below.y() > self.height() - 24:
            below.setY(self._band.bottom() - 24)
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
