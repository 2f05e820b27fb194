"""Commentary aloud: the switch beside the transport, notices, the mark of what stayed unspoken."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from app.speech.events import SkipReason, SpeechSkipped
from app.speech.settings import SpeechSettings
from ui.features.feature import Feature, WindowContext
from ui.icons import icon
from ui.widgets.notice_bar import NoticeLevel

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget


class SpeechFeature(Feature):
    """Speaks what sessions say, for as long as the person wants it spoken."""

    def __init__(self, context: WindowContext) -> None:
        super().__init__(context)
        self._settings = context.settings
        self._notice = context.notice
        self._transcript = context.transcript
        self._preferences = context.preferences
        self._speech = context.speech
        self._switch = context.deeds.mute
        self._page_title = self.tr("Speech")
        self._choose = context.deeds.make("speech_settings", self.tr("Speech s&ettings…"))
        context.menus.commentary.addAction(self._choose)
        self._choose.triggered.connect(self._show_page)
        self._switch.setEnabled(True)
        self._switch.triggered.connect(self.toggle)
        context.commentary.began.connect(self._speech.follow)
        context.deeds.stop.triggered.connect(self._speech.hush)
        self._speech.troubled.connect(self._warn)
        self._speech.skipped.connect(self._mark)
        context.preferences.add(self._page_title, "speaker", self._make_page)
        self._show(context.settings.watch(SpeechSettings, self._show))

    def toggle(self) -> None:
        """Mute speech, or speak again; the settings keep it."""
        kept = self._settings.get(SpeechSettings)
        self._settings.put(replace(kept, enabled=not kept.enabled))

    def close(self) -> None:
        self._speech.close()

    def _make_page(self) -> QWidget:
        from ui.preferences.speech_page import SpeechPage  # which the first window can spare

        return SpeechPage(self._settings, self._speech)

    def _show(self, settings: SpeechSettings) -> None:
        """Name what the switch does next, with the sign of how things are."""
        is_on = settings.enabled
        self._switch.setText(self.tr("M&ute speech") if is_on else self.tr("Spea&k aloud"))
        self._switch.setIcon(icon("speaker" if is_on else "speaker-off"))

    def _show_page(self) -> None:
        self._preferences.show_page(self._page_title)

    def _mark(self, skipped: SpeechSkipped) -> None:
        if skipped.reason is not SkipReason.SILENCED:  # the person knows
            self._transcript.mark_unspoken(skipped.line)

    def _warn(self, sentence: str) -> None:
        self._notice.show_notice(sentence, NoticeLevel.WARNING, self._choose)
