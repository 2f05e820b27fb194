"""Turns events into the words of each second, as a commentator who sees two frames a second.

An event's cue first shows in the first frame at or after it; the line about it is spoken in the
second that holds that frame, so that whoever sees the frames can know what to say.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.match.words import Teams, line_for

if TYPE_CHECKING:
    import random
    from collections.abc import Iterable

    from engine.match.events import MatchEvent

_SPEAKING = (0.05, 0.95)  # the part of a second in which its words are spoken


@dataclass(frozen=True, slots=True)
class SpokenLine:
    """A line of commentary and the second (round) in which it is spoken."""

    round_index: int
    text: str
    event: MatchEvent

    def timed_words(self) -> list[tuple[float, float, str]]:
        """Start, end (seconds) and word, spread evenly over the line's second."""
        words = self.text.split()
        first, last = (self.round_index + edge for edge in _SPEAKING)
        step = (last - first) / len(words)
        return [
            (round(first + i * step, 3), round(first + (i + 1) * step, 3), word)
            for i, word in enumerate(words)
        ]


def round_of(event: MatchEvent, sample_fps: float = 2.0) -> int:
    """The second that holds the first frame on which the event's cue shows."""
    first_frame = math.ceil(event.time_s * sample_fps - 1e-6)
    return int(first_frame / sample_fps)


def commentate(events: Iterable[MatchEvent], teams: Teams, rng: random.Random) -> list[SpokenLine]:
    """One line for each event, in order."""
    return [SpokenLine(round_of(event), line_for(event, teams, rng), event) for event in events]
