"""A frame around a region of the real screen, with eight handles that change it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, QRect, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QRegion
from PySide6.QtWidgets import QWidget

from app.capture.specs import Region
from ui.physical import logical_around, pixel_ratio_of, screen_of, screen_region
from ui.region_grips import CORNERS, SIDES, Grip, dragged

if TYPE_CHECKING:
    from PySide6.QtGui import QScreen

_LINE, _HANDLE = 4, 14  # logical units
_COLOUR, _EDGE = QColor("#5b8cff"), QColor("#ffffff")

_CURSORS = {
    Grip.WHOLE: Qt.CursorShape.SizeAllCursor,
    Grip.LEFT: Qt.CursorShape.SizeHorCursor,
    Grip.RIGHT: Qt.CursorShape.SizeHorCursor,
    Grip.TOP: Qt.CursorShape.SizeVerCursor,
    Grip.BOTTOM: Qt.CursorShape.SizeVerCursor,
    Grip.LEFT | Grip.TOP: Qt.CursorShape.SizeFDiagCursor,
    Grip.RIGHT | Grip.BOTTOM: Qt.CursorShape.SizeFDiagCursor,
    Grip.RIGHT | Grip.TOP: Qt.CursorShape.SizeBDiagCursor,
    Grip.LEFT | Grip.BOTTOM: Qt.CursorShape.SizeBDiagCursor,
}


class RegionFrame(QWidget):
    """Lies around the region, outside of it wherever the screen has room.

    The window has the shape of its lines and handles, so that the mouse reaches what is framed and
    no compositor is needed.

    Signals:
        dragged: The Region, again and again while a handle or the line is dragged.
    """

    dragged = Signal(Region)

    def __init__(self, region: Region) -> None:
        super().__init__(
            None,
            Qt.WindowType.FramelessWindowHint
            | Qt.WindowType.WindowStaysOnTopHint
            | Qt.WindowType.Tool,
        )
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setAttribute(Qt.WidgetAttribute.WA_MacAlwaysShowToolWindow)  # whoever is active
        self.setWindowTitle(self.tr("Frame of the watched region"))
        self.setAccessibleName(self.tr("Frame of the watched region"))
        self.setMouseTracking(True)
        self._region = region
        self._handles: dict[Grip, QRect] = {}
        self._drag: tuple[QPointF, Region, Grip] | None = None
        self._lay_around()

    @property
    def region(self) -> Region:
        """What is framed, in physical pixels."""
        return self._region

    def set_region(self, region: Region) -> None:
        """Frame another region."""
        if region != self._region:
            self._region = region
            self._lay_around()

    def handle(self, grip: Grip) -> QRect:
        """Where the handle of `grip` is within the window."""
        return self._handles[grip]

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            grip = self._grip_at(event.position().toPoint())
            self._drag = event.globalPosition(), self._region, grip

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._drag is None:
            self.setCursor(_CURSORS[self._grip_at(event.position().toPoint())])
            return
        start, region, grip = self._drag
        screen = screen_of(region)
        way = (event.globalPosition() - start) * pixel_ratio_of(screen)
        by = round(way.x()), round(way.y())
        changed = dragged(region, grip, by, screen_region(screen))
        if changed != self._region:
            self.set_region(changed)
            self.dragged.emit(changed)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._drag = None

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.fillRect(self.rect(), _COLOUR)
        painter.setPen(_EDGE)
        painter.setBrush(_COLOUR)
        for handle in self._handles.values():
            painter.drawRect(handle.adjusted(1, 1, -2, -2))
        painter.end()

    def _grip_at(self, place: QPoint) -> Grip:
        for grip, handle in self._handles.items():
            if handle.contains(place):
                return grip
        return Grip.WHOLE

    def _lay_around(self) -> None:
        """Take place and shape."""
        screen = screen_of(self._region)
        whole = QRect(QPoint(0, 0), screen.geometry().size())
        framed = _logical(self._region, screen)
        outer = framed.adjusted(-_HANDLE, -_HANDLE, _HANDLE, _HANDLE).intersected(whole)
        inside = QRect(QPoint(0, 0), outer.size())
        hole = framed.translated(-outer.topLeft())
        self._handles = {grip: _handle(grip, hole, inside) for grip in CORNERS + SIDES}
        self.setGeometry(outer.translated(screen.geometry().topLeft()))
        self.setMask(self._shape(hole, inside))
        self.update()

    def _shape(self, hole: QRect, inside: QRect) -> QRegion:
        line = hole.adjusted(-_LINE, -_LINE, _LINE, _LINE).intersected(inside)
        shape = QRegion(line).subtracted(QRegion(hole))
        for handle in self._handles.values():
            shape = shape.united(QRegion(handle))
        return shape


def _logical(region: Region, screen: QScreen) -> QRect:
    return logical_around(region, screen.geometry().topLeft(), pixel_ratio_of(screen))


def _handle(grip: Grip, hole: QRect, inside: QRect) -> QRect:
    """A square outside of the hole; pushed over it where the screen ends."""
    left, top = hole.center().x() - _HANDLE // 2, hole.center().y() - _HANDLE // 2
    if grip & Grip.LEFT:
        left = hole.left() - _HANDLE
    if grip & Grip.RIGHT:
        left = hole.right() + 1
    if grip & Grip.TOP:
        top = hole.top() - _HANDLE
    if grip & Grip.BOTTOM:
        top = hole.bottom() + 1
    left = min(max(left, inside.left()), inside.right() + 1 - _HANDLE)
    top = min(max(top, inside.top()), inside.bottom() + 1 - _HANDLE)
    return QRect(left, top, _HANDLE, _HANDLE)
