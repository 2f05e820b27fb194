"""Who speaks next, when to fall silent, and what to tell about it."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from app.errors import SpeechError
from app.speech.events import (
    SkipReason,
    SpeechEvent,
    SpeechFinished,
    SpeechSkipped,
    SpeechStarted,
    SpeechTrouble,
)
from app.speech.player import PlayerState
from app.speech.queue import FreshQueue, Utterance
from app.speech.settings import SpeechSettings
from app.speech.urgency import is_urgent

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.speech.player import Playback
    from app.speech.sound import Sound
    from app.transcripts.line import TranscriptLine

LOST_OUTPUT = "The sound output went away; speech goes on at the next line, if it can."
_OVERDUE_S = 2.0  # a sound that takes so much longer than it lasts is stuck


class TextToSound(Protocol):
    """What the speaker needs of a synthesizer."""

    def prepare(self) -> None:
        """Load what loads slowly.

        Raises:
            SpeechError: Nothing can be spoken.
        """
        ...

    def synthesise(self, text: str, *, voice: str, rate_wpm: int) -> Sound:
        """See app.speech.synthesizer.Synthesizer."""
        ...


class SoundPlayer(Protocol):
    """What the speaker needs of a Player."""

    def prepare(self) -> None:
        """See Player."""
        ...

    @property
    def state(self) -> PlayerState:
        """See Player."""
        ...

    def play(self, sound: Sound, device: str) -> Playback:
        """See Player."""
        ...

    def stop(self) -> None:
        """See Player."""
        ...

    def set_volume(self, volume: float) -> None:
        """See Player."""
        ...


@dataclass(frozen=True, slots=True)
class Clocks:
    """Two clocks in seconds.

    Attributes:
        monotonic: For ages and waiting.
        wall: Unix time, for events.
    """

    monotonic: Callable[[], float] = time.monotonic
    wall: Callable[[], float] = time.time


@dataclass(frozen=True, slots=True)
class _Job:
    """Something to be heard: a line that waited, or else a text to try the settings with."""

    text: str
    utterance: Utterance | None = None


class Speaker:
    """Speaks lines while they are fresh; belongs to one thread.

    Each `advance` does one thing that takes a moment, so that orders are heard between making a
    sound and playing it.

    Args:
        synthesizer: Makes sound of text.
        player: Plays it.
        emit: Takes the events, in order.
        clocks: What time it is.
    """

    def __init__(
        self,
        synthesizer: TextToSound,
        player: SoundPlayer,
        emit: Callable[[SpeechEvent], None],
        clocks: Clocks,
    ) -> None:
        self._synthesizer = synthesizer
        self._player = player
        self._emit = emit
        self._clocks = clocks
        self._settings = SpeechSettings()
        self._queue = FreshQueue()
        self._next: _Job | None = None
        self._sound: Sound | None = None  # of `_next`
        self._playing: _Job | None = None
        self._overdue_at_s = math.inf
        self._trouble = ""

    @property
    def has_work(self) -> bool:
        """Whether `advance` has something to do by itself, without waiting for the player."""
        return self._playing is None and (self._next is not None or len(self._queue) > 0)

    @property
    def is_quiet(self) -> bool:
        """Whether nothing plays and nothing waits."""
        return self._playing is None and not self.has_work

    def adopt(self, settings: SpeechSettings) -> None:
        """Speak like that from the next line on; the volume changes at once."""
        before, self._settings = self._settings, settings
        self._player.set_volume(settings.volume)
        if _needs(settings) != _needs(before):
            self._trouble = ""
        if not settings.enabled:
            self.hush()
        elif not before.enabled:
            self._prepare()

    def say(self, line: TranscriptLine, said_at_s: float) -> None:
        """Speak `line` in its turn; an urgent one at once. Does nothing while speech is off."""
        if not self._settings.enabled:
            return
        if is_urgent(line, self._settings):
            self._give_up(SkipReason.OVERTAKEN)
        self._queue.put(Utterance(line, said_at_s))

    def try_out(self, text: str) -> None:
        """Speak `text` at once, in place of everything else."""
        self._trouble = ""
        self._give_up(SkipReason.OVERTAKEN)
        self._next = _Job(text)

    def hush(self) -> None:
        """Be silent now and forget what waits."""
        self._give_up(SkipReason.SILENCED)

    def advance(self) -> None:
        """See what became of the sound, else make the next one, else play it."""
        if self._playing is not None:
            self._look_at_player()
        elif self._next is None:
            self._choose()
        elif self._sound is None:
            self._make_sound(self._next)
        elif self._is_stale(self._next):  # making the sound took long
            self._skip(self._next, SkipReason.STALE)
        else:
            self._begin(self._next, self._sound)

    def _prepare(self) -> None:
        """Tell at once what will be wrong with every line."""
        try:
            self._synthesizer.prepare()
            self._player.prepare()
        except SpeechError as error:
            self._report(str(error))

    def _give_up(self, reason: SkipReason) -> None:
        """Cut off what plays and forget what waits."""
        if self._playing is not None:
            self._finish(is_complete=False)
        if self._next is not None:
            self._skip(self._next, reason)
        for utterance in self._queue.clear():
            self._skip(_job_of(utterance), reason)

    def _choose(self) -> None:
        stale = self._queue.drop_stale(self._clocks.monotonic(), self._settings.fresh_s)
        for utterance in stale:
            self._skip(_job_of(utterance), SkipReason.STALE)
        utterance = self._queue.take()
        self._next = None if utterance is None else _job_of(utterance)

    def _is_stale(self, job: _Job) -> bool:
        now_s = self._clocks.monotonic()
        return job.utterance is not None and job.utterance.is_stale(now_s, self._settings.fresh_s)

    def _make_sound(self, job: _Job) -> None:
        settings = self._settings
        try:
            self._sound = self._synthesizer.synthesise(
                job.text, voice=settings.voice, rate_wpm=settings.rate_wpm
            )
        except SpeechError as error:
            self._fail(job, error)

    def _begin(self, job: _Job, sound: Sound) -> None:
        try:
            playback = self._player.play(sound, self._settings.device)
        except SpeechError as error:
            self._fail(job, error)
            return
        self._next, self._sound, self._playing = None, None, job
        self._overdue_at_s = (
            self._clocks.monotonic() + playback.delay_s + playback.duration_s + _OVERDUE_S
        )
        self._note_output(playback.output)
        if job.utterance is not None:
            self._emit(SpeechStarted(job.utterance.line, at=self._clocks.wall() + playback.delay_s))

    def _look_at_player(self) -> None:
        state = self._player.state
        is_stuck = self._clocks.monotonic() > self._overdue_at_s
        is_lost = state is PlayerState.LOST or (state is PlayerState.PLAYING and is_stuck)
        if is_lost:
            self._report(LOST_OUTPUT)
        if is_lost or state is PlayerState.DONE:
            self._finish(is_complete=not is_lost)

    def _finish(self, *, is_complete: bool) -> None:
        self._player.stop()
        job, self._playing = self._playing, None
        if job is not None and job.utterance is not None:
            self._emit(SpeechFinished(job.utterance.line, self._clocks.wall(), is_complete))

    def _skip(self, job: _Job, reason: SkipReason) -> None:
        if job is self._next:
            self._next, self._sound = None, None
        if job.utterance is not None:
            self._emit(SpeechSkipped(job.utterance.line, self._clocks.wall(), reason))

    def _fail(self, job: _Job, error: SpeechError) -> None:
        self._report(str(error))
        self._skip(job, SkipReason.IMPOSSIBLE)

    def _note_output(self, name: str) -> None:
        """Say where another device than the wanted one plays; else all is well again."""
        wanted = self._settings.device
        if wanted and name != wanted:
            self._report(f"The sound output “{wanted}” is not here; “{name}” is used.")
        else:
            self._trouble = ""

    def _report(self, trouble: str) -> None:
        """Tell of a trouble, once for as long as it lasts."""
        if trouble != self._trouble:
            self._trouble = trouble
            self._emit(SpeechTrouble(trouble))


def _needs(settings: SpeechSettings) -> tuple[bool, str, str]:
    """The settings on which it depends whether speech is possible."""
    return settings.enabled, settings.voice, settings.device


def _job_of(utterance: Utterance) -> _Job:
    return _Job(utterance.line.text, utterance)
