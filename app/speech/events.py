"""What speech tells the outside: which line was spoken when, which was not, and what is wrong.

Times are Unix times, as those of a TranscriptLine: `event.at - event.line.captured_at` is the time
from the picture to the spoken word.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.transcripts.line import TranscriptLine


class SkipReason(Enum):
    """Why a line stays unspoken."""

    STALE = "stale"  # its turn came too late
    OVERTAKEN = "overtaken"  # an urgent line came after it
    SILENCED = "silenced"  # the person stopped or muted speech
    IMPOSSIBLE = "impossible"  # no engine, no device, or the engine cannot speak this text


@dataclass(frozen=True, slots=True)
class SpeechStarted:
    """The line's first sound leaves the device at `at`."""

    line: TranscriptLine
    at: float


@dataclass(frozen=True, slots=True)
class SpeechFinished:
    """A started line is silent since `at`; not complete where it was cut off."""

    line: TranscriptLine
    at: float
    is_complete: bool


@dataclass(frozen=True, slots=True)
class SpeechSkipped:
    """The line will not be spoken; it was never started."""

    line: TranscriptLine
    at: float
    reason: SkipReason


@dataclass(frozen=True, slots=True)
class SpeechTrouble:
    """Speech cannot go on as wished: one sentence for the person, once per trouble."""

    message: str


@dataclass(frozen=True, slots=True)
class Voice:
    """A voice of the speech engine.

    Attributes:
        id: What `SpeechSettings.voice` takes.
        name: What a person calls it.
        language: As "en-gb"; empty where the engine does not say.
    """

    id: str
    name: str
    language: str


@dataclass(frozen=True, slots=True)
class SpeechStock:
    """What can be chosen at this machine.

    Attributes:
        voices: The engine's voices; none where there is no engine.
        devices: Names of the sound outputs, each what `SpeechSettings.device` takes.
        trouble: Why one of them is empty, in a sentence; else empty.
    """

    voices: tuple[Voice, ...]
    devices: tuple[str, ...]
    trouble: str = ""


SpeechEvent = SpeechStarted | SpeechFinished | SpeechSkipped | SpeechTrouble | SpeechStock
