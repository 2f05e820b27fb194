"""The sign on the stage that a source is being captured."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

RED, AMBER = QColor("#e5484d"), QColor("#e3a13c")
_BACKGROUND, _TEXT = QColor(10, 12, 16, 190), QColor("#f2f5f9")
_MARGIN_PX, _DOT_PX, _PADDING_PX, _WIDEST_PX = 20, 10, 10, 320


class CaptureBadge(QWidget):
    """A dot and a few words in the upper left corner of its parent; the mouse goes through it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._colour = RED
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.move(_MARGIN_PX, _MARGIN_PX)
        self.hide()

    def show_capture(self, source: str, *, is_paused: bool) -> None:
        """Say that `source` is open."""
        pattern = self.tr("Paused: {0}") if is_paused else self.tr("Watching: {0}")
        self._colour = AMBER if is_paused else RED
        self.setAccessibleName(pattern.format(source))
        self.resize(self.sizeHint())
        self.show()
        self.raise_()
        self.update()

    def sizeHint(self) -> QSize:
        text = self._text()
        metrics = QFontMetrics(self.font())
        width = metrics.horizontalAdvance(text) + _DOT_PX + 3 * _PADDING_PX
        return QSize(width, metrics.height() + _PADDING_PX)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(_BACKGROUND)
        radius = self.height() / 2
        painter.drawRoundedRect(self.rect(), radius, radius)
        painter.setBrush(self._colour)
        top = (self.height() - _DOT_PX) // 2
        painter.drawEllipse(_PADDING_PX, top, _DOT_PX, _DOT_PX)
        painter.setPen(_TEXT)
        beside = self.rect().adjusted(2 * _PADDING_PX + _DOT_PX, 0, 0, 0)
        painter.drawText(beside, Qt.AlignmentFlag.AlignVCenter, self._text())
        painter.end()

    def _text(self) -> str:
        metrics = QFontMetrics(self.font())
        return metrics.elidedText(
            self.accessibleName(), Qt.TextElideMode.ElideMiddle, _WIDEST_PX - 4 * _PADDING_PX
        )
