"""Commentators by hand: what they say about a match, line by line."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from engine.evaluation.match.scoring import HeardLine
from engine.match import MatchStream
from engine.match.commentary import commentate

if TYPE_CHECKING:
    from engine.match import MatchEvent, Teams


@dataclass(frozen=True)
class Told:
    """A stretch from the start of a match, and what was said about it."""

    teams: Teams
    events: tuple[MatchEvent, ...]
    lines: tuple[HeardLine, ...]

    def with_line(self, index: int, text: str) -> Told:
        """The same, with other words in one second."""
        lines = list(self.lines)
        lines[index] = replace(lines[index], text=text)
        return replace(self, lines=tuple(lines))

    def spoken(self) -> list[int]:
        """Seconds in which something is said."""
        return [index for index, line in enumerate(self.lines) if line.is_spoken]

    def silent(self) -> list[int]:
        """Seconds in which nothing is said."""
        return [index for index, line in enumerate(self.lines) if not line.is_spoken]


@cache
def told_perfectly(seed: int, seconds: int = 300) -> Told:
    """Every event told in the second in which it shows."""
    stream = MatchStream(seed)
    stream.scene_at(seconds - 0.5)
    events = stream.events_until(seconds - 0.5)
    said = {
        line.round_index: line.text
        for line in commentate(events, stream.teams, random.Random(seed))
    }
    lines = tuple(HeardLine(i, i + 1.0, said.get(i, "")) for i in range(seconds))
    return Told(stream.teams, events, lines)
