"""Amounts that fill a bar up to its bound, with the name and number of each below it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPalette
from PySide6.QtWidgets import QSizePolicy, QWidget

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

_BAR_PX, _GAP_PX, _SWATCH_PX, _RADIUS_PX = 16, 8, 10, 4
_TRACK_ALPHA = 60


@dataclass(frozen=True, slots=True)
class Part:
    """One amount; `number` is how it is written."""

    name: str
    amount: float
    number: str
    colour: QColor


class StackedBar(QWidget):
    """Draws parts one behind the other, the free rest up to the bound, and a list of the parts."""

    def __init__(self, name: str, num_parts: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._num_parts = num_parts
        self._parts: tuple[Part, ...] = ()
        self._bound: float | None = None
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def parts(self) -> tuple[Part, ...]:
        """What is shown."""
        return self._parts

    @property
    def bound(self) -> float | None:
        """What the whole bar stands for; None is the sum of the parts."""
        return self._bound

    def show_parts(self, parts: tuple[Part, ...], bound: float | None = None) -> None:
        """Show other amounts; where they exceed `bound` the bar is full with them."""
        self._parts, self._bound = parts, bound
        self.setAccessibleDescription(", ".join(f"{part.name} {part.number}" for part in parts))
        self.update()

    def sizeHint(self) -> QSize:
        line = self.fontMetrics().lineSpacing()
        return QSize(220, _BAR_PX + _GAP_PX + self._num_parts * (line + 2))

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_bar(painter)
        self._paint_list(painter)
        painter.end()

    def _paint_bar(self, painter: QPainter) -> None:
        bar = QRectF(0, 0, self.width(), _BAR_PX)
        outline = QPainterPath()
        outline.addRoundedRect(bar, _RADIUS_PX, _RADIUS_PX)
        painter.save()
        painter.setClipPath(outline)
        track = self.palette().color(QPalette.ColorRole.Mid)
        track.setAlpha(_TRACK_ALPHA)
        painter.fillRect(bar, track)
        whole = max(self._bound or 0.0, sum(part.amount for part in self._parts))
        left = 0.0
        for part in self._parts if whole else ():
            width = bar.width() * part.amount / whole
            painter.fillRect(QRectF(left, 0, width, _BAR_PX), part.colour)
            left += width
        painter.restore()

    def _paint_list(self, painter: QPainter) -> None:
        line = self.fontMetrics().lineSpacing()
        right_to_left = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        near, far = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
        near, far = (far, near) if right_to_left else (near, far)
        for row, part in enumerate(self._parts):
            top = _BAR_PX + _GAP_PX + row * (line + 2)
            swatch_left = self.width() - _SWATCH_PX if right_to_left else 0
            swatch = QRectF(swatch_left, top + (line - _SWATCH_PX) / 2, _SWATCH_PX, _SWATCH_PX)
            painter.fillRect(swatch, part.colour)
            indent = _SWATCH_PX + _GAP_PX
            text = QRectF(0, top, self.width(), line).adjusted(
                0 if right_to_left else indent, 0, -indent if right_to_left else 0, 0
            )
            painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
            painter.drawText(text, near | Qt.AlignmentFlag.AlignVCenter, part.name)
            painter.drawText(text, far | Qt.AlignmentFlag.AlignVCenter, part.number)
