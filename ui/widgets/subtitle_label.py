"""The subtitle under the picture, in the person's own style."""

from __future__ import annotations

import math

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.subtitles.settings import SubtitleSettings
from ui.subtitles.player import SubtitlePlayer
from ui.subtitles.renderer import SubtitleRenderer

_MARGIN_PX = 8
_PT_OF_WIDTH = 1 / 32  # the largest letters, points for each pixel of width
_WIDTH_STEP_PX = 40  # while the window is resized, letters change in steps
_SMALLEST_PT = 12


class SubtitleLabel(QWidget):
    """Light text for the dark stage; its height never changes while text comes and goes.

    The style's letters are made smaller where the window has no room for them.

    Attributes:
        player: Takes what is to be shown.
    """

    def __init__(
        self, settings: SubtitleSettings | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._settings = settings or SubtitleSettings()
        self._renderer = self._make_renderer()
        self.player = SubtitlePlayer(self._settings, self._fits, self)
        self.player.changed.connect(self._follow_player)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Subtitle"))

    @property
    def text(self) -> str:
        """What is shown."""
        return self.player.view.text

    def configure(self, settings: SubtitleSettings) -> None:
        """Take another style and pace."""
        self._settings = settings
        self._restyle()
        self.player.configure(settings, settings.pacing.mode)

    def sizeHint(self) -> QSize:
        return QSize(480, math.ceil(self._renderer.height) + 2 * _MARGIN_PX)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.oldSize().width() // _WIDTH_STEP_PX != event.size().width() // _WIDTH_STEP_PX:
            self._restyle()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        self._renderer.paint(painter, self._area(), self.player.view)
        painter.end()

    def _restyle(self) -> None:
        self._renderer = self._make_renderer()
        self.updateGeometry()
        self.update()

    def _make_renderer(self) -> SubtitleRenderer:
        width = self.width() // _WIDTH_STEP_PX * _WIDTH_STEP_PX
        return SubtitleRenderer(self._settings.style, max(_SMALLEST_PT, width * _PT_OF_WIDTH))

    def _area(self) -> QRectF:
        return QRectF(self.rect()).adjusted(_MARGIN_PX, _MARGIN_PX, -_MARGIN_PX, -_MARGIN_PX)

    def _fits(self, text: str) -> bool:
        return self._renderer.fits(text, self._area())

    def _follow_player(self) -> None:
        self.setAccessibleDescription(self.text)
        self.update()
