"""Shows how subtitles look and move while nothing is commented on."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, QTimer
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.subtitles.player import SubtitlePlayer
from ui.subtitles.renderer import SubtitleRenderer

if TYPE_CHECKING:
    from PySide6.QtGui import QHideEvent, QShowEvent

    from app.subtitles.settings import SubtitleSettings

_WORD_MS = 320
_PAUSE_WORDS = 5  # of silence between two lines
_MARGIN_PX, _MIN_HEIGHT_PX, _MAX_HEIGHT_PX = 10, 120, 260
_SKY = (QColor("#d9e4c3"), QColor("#4f8f5b"), QColor("#173a5e"))


class SubtitlePreview(QWidget):
    """Plays a few lines over a picture that is bright on one side and dark on the other."""

    def __init__(self, settings: SubtitleSettings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Preview of the subtitles"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._lines = (
            self.tr("Seven comes down the left and nobody is near."),
            self.tr("A long shot from outside the box. Goal!"),
            self.tr("Falcons lead by three to one."),
        )
        self._renderer = SubtitleRenderer(settings.style)
        self.player = SubtitlePlayer(settings, self._fits, self)
        self.player.changed.connect(self.update)
        self._line = self._word = 0
        self._timer = QTimer(self, interval=_WORD_MS)
        self._timer.timeout.connect(self._speak)

    def configure(self, settings: SubtitleSettings) -> None:
        """Show another style and pace."""
        self._renderer = SubtitleRenderer(settings.style)
        self.player.configure(settings, settings.pacing.mode)
        self.updateGeometry()
        self.update()
        if self.player.view.is_empty:
            self._show_line()

    def sizeHint(self) -> QSize:
        height = math.ceil(self._renderer.height) + 4 * _MARGIN_PX
        return QSize(420, max(_MIN_HEIGHT_PX, min(height, _MAX_HEIGHT_PX)))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._timer.start()
        if self.player.view.is_empty:
            self._show_line()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        sky = QLinearGradient(0, 0, self.width(), self.height())
        for i, colour in enumerate(_SKY):
            sky.setColorAt(i / (len(_SKY) - 1), colour)
        painter.fillRect(self.rect(), sky)
        self._renderer.paint(painter, self._area(), self.player.view)
        painter.end()

    def _area(self) -> QRectF:
        return QRectF(self.rect()).adjusted(_MARGIN_PX, _MARGIN_PX, -_MARGIN_PX, -_MARGIN_PX)

    def _fits(self, text: str) -> bool:
        return self._renderer.fits(text, self._area())

    def _show_line(self) -> None:
        """Show something at once: a person looks here while changing a control."""
        self.player.add(-2, self._lines[self._line - 1])
        self.player.end_line()

    def _speak(self) -> None:
        """Say the next word of the next line."""
        words = self._lines[self._line].split()
        if self._word < len(words):
            self.player.add(self._line, f" {words[self._word]}")
        if self._word == len(words):
            self.player.end_line()
        self._word += 1
        if self._word > len(words) + _PAUSE_WORDS:
            self._line, self._word = (self._line + 1) % len(self._lines), 0
