"""The commentary's voice, for the parts of the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.speech.events import (
    SpeechEvent,
    SpeechFinished,
    SpeechSkipped,
    SpeechStarted,
    SpeechStock,
    SpeechTrouble,
)
from app.speech.hosting import HostedSpeaker
from app.speech.settings import SpeechSettings

if TYPE_CHECKING:
    from app.session.messages import LineSpoken
    from app.settings.store import SettingsStore
    from ui.session_bridge import SessionBridge


class SpeechOutput(QObject):
    """Speaks lines as the settings say, and tells of it on the GUI thread. No call blocks.

    Signals:
        started: A SpeechStarted.
        finished: A SpeechFinished.
        skipped: A SpeechSkipped; its line stays unspoken.
        stock_taken: A SpeechStock, some time after `take_stock`.
        troubled: A sentence: what keeps speech from going on as wished.
    """

    started = Signal(SpeechStarted)
    finished = Signal(SpeechFinished)
    skipped = Signal(SpeechSkipped)
    stock_taken = Signal(SpeechStock)
    troubled = Signal(str)
    _arrived = Signal(object)  # from the thread of the speaker to that of the window

    def __init__(self, settings: SettingsStore, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._arrived.connect(self._pass_on)
        self._speaker = HostedSpeaker(settings.get(SpeechSettings), self._arrived.emit)
        settings.watch(SpeechSettings, self._speaker.configure)

    @property
    def process_id(self) -> int | None:
        """The number of the process that speaks; None before it was needed."""
        return self._speaker.process_id

    def follow(self, bridge: SessionBridge) -> None:
        """Speak what the session behind `bridge` says, and nothing of the one before."""
        self.hush()
        bridge.line_spoken.connect(self._say)

    def hush(self) -> None:
        """Be silent now and forget what waits."""
        self._speaker.hush()

    def try_out(self, text: str) -> None:
        """Speak `text` now, even while speech is off."""
        self._speaker.try_out(text)

    def take_stock(self) -> None:
        """Find out which voices and outputs there are; `stock_taken` tells."""
        self._speaker.take_stock()

    def close(self) -> None:
        """Be silent and end, at exit."""
        self._speaker.close()

    def _say(self, message: LineSpoken) -> None:
        self._speaker.say(message.line)

    def _pass_on(self, event: SpeechEvent) -> None:
        match event:
            case SpeechStarted():
                self.started.emit(event)
            case SpeechFinished():
                self.finished.emit(event)
            case SpeechSkipped():
                self.skipped.emit(event)
            case SpeechStock():
                self.stock_taken.emit(event)
            case SpeechTrouble(message):
                self.troubled.emit(message)
