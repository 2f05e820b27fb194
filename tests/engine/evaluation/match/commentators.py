"""Commentators by hand: what they say about a match, line by line."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from engine.config import StreamingConfig
from engine.evaluation.match.performance import Performance, RoundCost
from engine.evaluation.match.runs import FinishedRun, ModelFacts, RunRequest
from engine.evaluation.match.scoring import HeardLine
from engine.evaluation.provenance import Origin
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


def as_run(
    told: Told,
    seed: int,
    config: StreamingConfig | None = None,
    *,
    seconds_per_round: float = 0.1,
    cache_tokens: int = 1000,
) -> FinishedRun:
    """The run of a model that said just this."""
    config = config or StreamingConfig()
    bound = None if config.scheme == "full" else 2000
    cost = RoundCost(seconds_per_round, cache_tokens, cache_tokens * 4096, bound)
    performance = Performance(seed, told.teams, told.events, told.lines, (cost,) * len(told.lines))
    return FinishedRun(
        RunRequest("0123", config, seed, len(told.lines)),
        ModelFacts("0123", 4_500_000, "float32", "cpu"),
        performance,
        wall_s=12.5,
        origin=Origin("abc", is_changed=False, versions={}, machine="test", threads=1, started=""),
    )
