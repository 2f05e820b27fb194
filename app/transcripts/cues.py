"""What every export keeps of a spoken line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from app.transcripts.line import TranscriptLine


@dataclass(frozen=True, slots=True)
class Cue:
    """From when to when a text stands."""

    start_s: float
    end_s: float
    text: str


def cues_of(lines: Iterable[TranscriptLine]) -> tuple[Cue, ...]:
    """The cues of the lines that are not silent."""
    return tuple(Cue(line.start_s, line.end_s, line.text) for line in lines if not line.is_silent)
