"""What shows a person that the overlay can be moved."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPen

_LINE, _GAP, _SHADE = QColor("#5d85f2"), QColor("#ffffff"), QColor(10, 14, 22, 150)
_HANDLE_PX = 9


def shade(painter: QPainter, area: QRect) -> None:
    """Darken `area`, so that the mouse finds it: some systems let clicks through clear pixels."""
    painter.fillRect(area, _SHADE)


def outline(painter: QPainter, area: QRect) -> None:
    """Draw a frame with handles just inside `area`, to be seen on any background."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
    inner = area.adjusted(1, 1, -2, -2)
    for colour, style in ((_GAP, Qt.PenStyle.SolidLine), (_LINE, Qt.PenStyle.DashLine)):
        painter.setPen(QPen(colour, 2, style))
        painter.drawRect(inner)
    reach = _HANDLE_PX // 2
    corners = area.adjusted(reach, reach, -reach, -reach)
    middle = corners.center()
    painter.setPen(QPen(_GAP, 1))
    painter.setBrush(_LINE)
    for x in (corners.left(), middle.x(), corners.right()):
        for y in (corners.top(), middle.y(), corners.bottom()):
            if (x, y) != (middle.x(), middle.y()):
                painter.drawRect(QRect(x - reach, y - reach, _HANDLE_PX - 1, _HANDLE_PX - 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
