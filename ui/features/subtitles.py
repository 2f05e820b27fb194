"""The subtitle under the picture, its style, and the way out of a backlog."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.subtitles.settings import SubtitleSettings
from ui.features.feature import Feature, WindowContext

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget


class SubtitlesFeature(Feature):
    """Keeps the subtitle in the style that the person chose."""

    def __init__(self, context: WindowContext) -> None:
        super().__init__(context)
        self._settings = context.settings
        subtitle = context.stage.subtitle
        subtitle.configure(self._settings.watch(SubtitleSettings, subtitle.configure))
        context.deeds.jump_to_now.setEnabled(True)
        context.deeds.jump_to_now.triggered.connect(subtitle.player.jump_to_now)
        context.preferences.add(self.tr("Subtitles"), "subtitles", self._make_page)

    def _make_page(self) -> QWidget:
        from ui.preferences.subtitles_page import SubtitlesPage  # the first window can spare it

        return SubtitlesPage(self._settings)
