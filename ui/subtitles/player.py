"""Plays commentary on one surface, at the pace that the person chose."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from app.subtitles.flow import make_flow
from app.subtitles.view import NOTHING, SubtitleView

if TYPE_CHECKING:
    from app.session.messages import LineSpoken, QuestionPut, TextArrived
    from app.subtitles.phrases import Fits
    from app.subtitles.settings import ReadingMode, SubtitleSettings
    from ui.session_bridge import SessionBridge

_NO_ROUND = -1


class SubtitlePlayer(QObject):
    """Takes what a session says and tells when something else is to be seen.

    Args:
        settings: Pace and number of lines.
        fits: Says whether a text can be shown on the surface at once.
        parent: Owner.

    Signals:
        changed: `view` is another one now.
    """

    changed = Signal()

    def __init__(
        self, settings: SubtitleSettings, fits: Fits, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._fits = fits
        self._settings = settings
        self._mode = settings.pacing.mode
        self._flow = make_flow(settings, self._mode, fits)
        self._view = NOTHING
        self._round_index = _NO_ROUND
        self._timer = QTimer(self, singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._advance)

    @property
    def view(self) -> SubtitleView:
        """What is to be seen now."""
        return self._view

    def configure(self, settings: SubtitleSettings, mode: ReadingMode) -> None:
        """Go on at another pace; text that stands is kept where the pace stays as it is."""
        before = (self._settings.pacing, self._settings.style.num_lines, self._mode)
        self._settings, self._mode = settings, mode
        if (settings.pacing, settings.style.num_lines, mode) != before:
            self.clear()

    def follow(self, bridge: SessionBridge) -> None:
        """Play what this session says, and nothing of the one before."""
        self.clear()
        bridge.question_put.connect(self.take_question)
        bridge.text_arrived.connect(self.take_text)
        bridge.line_spoken.connect(self.take_line)

    def take_question(self, message: QuestionPut) -> None:
        """Show what was asked before what is answered."""
        self.add(message.round_index, f"“{message.question}” ")

    def take_text(self, message: TextArrived) -> None:
        """Take the next characters of a line."""
        self.add(message.round_index, message.text)

    def take_line(self, message: LineSpoken) -> None:
        """Take a whole line, whose characters mostly came before."""
        if message.line.index != self._round_index:
            self.add(message.line.index, message.line.text)
        self.end_line()

    def add(self, round_index: int, text: str) -> None:
        """Take characters of the line with this number."""
        now = time.monotonic()
        if round_index != self._round_index:
            self._flow.end_line(now)
            self._round_index = round_index
        self._flow.add(text, now)
        self._advance()

    def end_line(self) -> None:
        """The line is complete."""
        self._flow.end_line(time.monotonic())
        self._advance()

    def clear(self) -> None:
        """Show nothing, and forget what was to come."""
        self._flow = make_flow(self._settings, self._mode, self._fits)
        self._round_index = _NO_ROUND
        self._advance()

    def jump_to_now(self) -> None:
        """Leave out what waits to be read, but for the newest."""
        self._flow.jump_to_now(time.monotonic())
        self._advance()

    def _advance(self) -> None:
        now = time.monotonic()
        view = self._flow.advance(now)
        next_at = self._flow.next_change_at
        if next_at is None:
            self._timer.stop()
        else:
            self._timer.start(max(0, math.ceil((next_at - now) * 1000)))
        if view != self._view:
            self._view = view
            self.changed.emit()
