"""Lets a model comment on a match and keeps what it said, how long it took, and what it held."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.config import SamplingConfig, StreamingConfig
from engine.evaluation.match.scoring import HeardLine, MatchScore, judge
from engine.match import MatchEvent, MatchStream, Teams
from engine.model import LoadedModel
from engine.stream import CommentaryStream

GREEDY = SamplingConfig(temperature=0.0, repetition_penalty=1.0)


@dataclass(frozen=True, slots=True)
class RoundCost:
    """What one round took and what the cache held at its end."""

    seconds: float
    cache_tokens: int
    cache_bytes: int


@dataclass(frozen=True, slots=True)
class Performance:
    """One stream, from the first round to the last."""

    seed: int
    teams: Teams
    events: tuple[MatchEvent, ...]
    lines: tuple[HeardLine, ...]
    costs: tuple[RoundCost, ...]

    def score(self, start_s: float = 0.0, end_s: float = float("inf")) -> MatchScore:
        """The judgement of the rounds and events from `start_s` to before `end_s`."""
        lines = [line for line in self.lines if start_s <= line.start_s < end_s]
        events = [event for event in self.events if start_s <= event.time_s < end_s]
        return judge(lines, events, self.teams)


def perform(
    model: LoadedModel, seed: int, seconds: int, config: StreamingConfig
) -> Iterator[Performance | None]:
    """Play match `seed` to a model, greedily; None after each round, the whole at the end."""
    match = MatchStream(seed)
    stream = CommentaryStream(model, config, GREEDY, previous_text=match.introduction)
    lines: list[HeardLine] = []
    costs: list[RoundCost] = []
    for index in range(int(seconds / config.chunk_s)):
        told = stream.step(_frames(match, index * config.chunk_s, config))
        lines.append(HeardLine(told.start_s, told.end_s, told.text))
        use = told.cache
        costs.append(RoundCost(told.timing.total_s, use.total_tokens, use.num_bytes))
        yield None
    last_frame_s = seconds - 1 / config.sample_fps
    yield Performance(
        seed, match.teams, match.events_until(last_frame_s), tuple(lines), tuple(costs)
    )


def _frames(match: MatchStream, start_s: float, config: StreamingConfig) -> NDArray[np.uint8]:
    times = (start_s + frame / config.sample_fps for frame in range(config.frames_per_chunk))
    return np.stack([match.frame_at(time_s) for time_s in times])
