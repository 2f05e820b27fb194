"""Lets a model comment on a match and keeps what it said, how long it took, and what it held."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.config import LIKELIEST, StreamingConfig
from engine.errors import NotEnoughMemoryError
from engine.evaluation.match.scoring import HeardLine, judge_rounds
from engine.match import MatchEvent, MatchStream, Teams
from engine.stream import CommentaryStream

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from engine.evaluation.match.score import MatchScore
    from engine.events import Round
    from engine.model import LoadedModel


@dataclass(frozen=True, slots=True)
class RoundCost:
    """What one round took and what the cache held at its end.

    Attributes:
        seconds: Wall time of the engine.
        cache_tokens, cache_bytes: Held after the round.
        bound_tokens: What the cache can never exceed; None where it has no bound.
    """

    seconds: float
    cache_tokens: int
    cache_bytes: int
    bound_tokens: int | None = None


@dataclass(frozen=True, slots=True)
class Performance:
    """One stream, from the first round to the last.

    Attributes:
        events: Those whose cues show in the rounds that were played.
        lines, costs: One per round.
        stopped: Why it ended before its time; None where it did not.
    """

    seed: int
    teams: Teams
    events: tuple[MatchEvent, ...]
    lines: tuple[HeardLine, ...]
    costs: tuple[RoundCost, ...]
    stopped: str | None = None

    def rounds(self) -> list[MatchScore]:
        """The judgement of each round."""
        return judge_rounds(self.lines, self.events, self.teams)


def perform(
    model: LoadedModel,
    seed: int,
    seconds: int,
    config: StreamingConfig,
    *,
    max_cache_bytes: int | None = None,
    on_round: Callable[[], None] | None = None,
) -> Performance:
    """Play `seconds` of match `seed` to a model, which comments greedily.

    Args:
        model: What speaks.
        seed: Which match.
        seconds: Length of the stream; rounds of this suite last a second.
        config: Settings of the stream.
        max_cache_bytes: Where a cache without bound ends; None: where memory ends.
        on_round: Called after each round.
    """
    match = MatchStream(seed)
    stream = CommentaryStream(
        model,
        config,
        LIKELIEST,
        previous_text=match.introduction,
        cache_limit_bytes=max_cache_bytes,
    )
    lines: list[HeardLine] = []
    costs: list[RoundCost] = []
    stopped = None
    while len(lines) < seconds:
        try:
            told = stream.step(_frames(match, len(lines), config))
        except NotEnoughMemoryError as error:
            stopped = str(error)
            break
        lines.append(HeardLine(told.start_s, told.end_s, told.text))
        costs.append(_cost(told))
        if on_round is not None:
            on_round()
    last_frame_s = len(lines) - 1 / config.sample_fps
    events = match.events_until(last_frame_s)
    return Performance(seed, match.teams, events, tuple(lines), tuple(costs), stopped)


def _cost(told: Round) -> RoundCost:
    use = told.cache
    return RoundCost(told.timing.total_s, use.total_tokens, use.num_bytes, use.bound_tokens)


def _frames(match: MatchStream, start_s: float, config: StreamingConfig) -> NDArray[np.uint8]:
    times = (start_s + frame / config.sample_fps for frame in range(config.frames_per_chunk))
    return np.stack([match.frame_at(time_s) for time_s in times])
