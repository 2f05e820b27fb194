"""What speech is told; all of it goes over the pipe to the process that speaks.

SpeechSettings is an order, too: speak like that from now on.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

from app.speech.settings import SpeechSettings

if TYPE_CHECKING:
    from app.transcripts.line import TranscriptLine


@dataclass(frozen=True, slots=True)
class Say:
    """A line is complete since `said_at_s` on the monotonic clock, which all processes share."""

    line: TranscriptLine
    said_at_s: float


@dataclass(frozen=True, slots=True)
class TryOut:
    """Speak `text` now, for the person to hear the settings; even while speech is off."""

    text: str


class Command(Enum):
    """Orders without further words."""

    HUSH = auto()  # be silent now and forget what waits
    TAKE_STOCK = auto()  # tell which voices and devices there are
    FINISH = auto()  # end once what waits is spoken
    END = auto()  # end now


Order = SpeechSettings | Say | TryOut | Command
