"""The subtitle under the picture, its style, and the way out of a backlog."""

from __future__ import annotations

from app.subtitles.settings import SubtitleSettings
from ui.features.feature import Feature, WindowContext
from ui.preferences.subtitles_page import SubtitlesPage


class SubtitlesFeature(Feature):
    """Keeps the subtitle in the style that the person chose."""

    def __init__(self, context: WindowContext) -> None:
        super().__init__(context)
        subtitle = context.stage.subtitle
        subtitle.configure(context.settings.watch(SubtitleSettings, subtitle.configure))
        context.deeds.jump_to_now.setEnabled(True)
        context.deeds.jump_to_now.triggered.connect(subtitle.player.jump_to_now)
        context.preferences.add(
            self.tr("Subtitles"), "subtitles", lambda: SubtitlesPage(context.settings)
        )
