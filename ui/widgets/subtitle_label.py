"""The line that is being spoken, under the picture, with the one before it above."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

_CURRENT = QColor("#ffffff")
_PREVIOUS = QColor("#8d98a8")
_LINES = 2
_MARGIN_PX = 12


class SubtitleLabel(QWidget):
    """Light text for the dark stage; its height never changes while text comes and goes.

    Custom painted, since a label that wraps asks for a new layout of the whole window each time
    its text grows by a word.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._previous = ""
        self._current = ""
        font = self.font()
        font.setPointSizeF(font.pointSizeF() * 1.9)
        font.setWeight(QFont.Weight.DemiBold)
        self._current_font = font
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Subtitle"))

    @property
    def text(self) -> str:
        """The line that is shown large."""
        return self._current

    @property
    def previous_text(self) -> str:
        """The line above it, shown small."""
        return self._previous

    def begin_line(self) -> None:
        """What is shown large becomes the previous line; the next one is empty yet."""
        if self._current:
            self._previous, self._current = self._current, ""
        self._changed()

    def append(self, piece: str) -> None:
        """Add the next characters to the line."""
        self._current = (self._current + piece).lstrip()
        self._changed()

    def set_line(self, text: str) -> None:
        """Replace the line by its final wording."""
        self._current = text.strip()
        self._changed()

    def clear(self) -> None:
        """Show nothing."""
        self._previous = self._current = ""
        self._changed()

    def sizeHint(self) -> QSize:
        current, previous = QFontMetrics(self._current_font), self.fontMetrics()
        height = previous.lineSpacing() + _LINES * current.lineSpacing() + 2 * _MARGIN_PX
        return QSize(480, height)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        area = self.rect().adjusted(_MARGIN_PX, _MARGIN_PX, -_MARGIN_PX, -_MARGIN_PX)
        small = self.fontMetrics()
        above = QRect(area.left(), area.top(), area.width(), small.lineSpacing())
        painter.setPen(_PREVIOUS)
        elided = small.elidedText(self._previous, Qt.TextElideMode.ElideRight, area.width())
        painter.drawText(above, Qt.AlignmentFlag.AlignCenter, elided)
        painter.setFont(self._current_font)
        painter.setPen(_CURRENT)
        below = area.adjusted(0, small.lineSpacing(), 0, 0)
        flags = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(below, flags | Qt.TextFlag.TextWordWrap, self._current)
        painter.end()

    def _changed(self) -> None:
        self.setAccessibleDescription(self._current)
        self.update()
