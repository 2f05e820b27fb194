"""The four attention schemes over the length of a stream: what a round takes, what it holds."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, get_args

from engine.bench.steady import SteadyStream
from engine.config import Scheme
from engine.errors import NotEnoughMemoryError
from engine.model.memory import room_bytes

if TYPE_CHECKING:
    from engine.bench.standing import SkippingModel
    from engine.config import SamplingConfig

LENGTHS = (1, 10, 25, 50, 99, 199, 399, 799, 1599)
"""Rounds after which a round is measured, the last ones before a window of 100 starts anew; those
between are not computed."""

_SHARE_OF_FREE_MEMORY = 0.5


@dataclass(frozen=True, slots=True)
class Point:
    """One round, at a length of the stream.

    Attributes:
        rounds: Of the stream before it.
        seconds: What the round took.
        cache_tokens, cache_bytes: What it left in the cache.
    """

    rounds: int
    seconds: float
    cache_tokens: int
    cache_bytes: int


@dataclass(frozen=True, slots=True)
class SchemeCurve:
    """One scheme.

    Attributes:
        scheme: Its name.
        points: By length of the stream.
        stopped: Why there are no longer ones; None where all lengths were measured.
    """

    scheme: Scheme
    points: tuple[Point, ...]
    stopped: str | None = None


def measure_growth(
    model: SkippingModel, size: tuple[int, int], seconds: float, sampling: SamplingConfig
) -> list[SchemeCurve]:
    """Measure all schemes in about so many seconds."""
    schemes: tuple[Scheme, ...] = get_args(Scheme)
    return [
        _curve(SteadyStream(model, size, scheme, sampling), seconds / len(schemes))
        for scheme in schemes
    ]


def _curve(stream: SteadyStream, seconds: float) -> SchemeCurve:
    end = time.perf_counter() + seconds
    devices = stream.model.decoder.store_shape.devices
    memory = room_bytes(devices) * _SHARE_OF_FREE_MEMORY
    points: list[Point] = []
    stopped = None
    for length in LENGTHS:
        stopped = _reason_to_stop(points, length, end, memory)
        if stopped is not None:
            break
        try:
            stream.fill(length - stream.num_rounds)
            points.append(_point(stream))
        except NotEnoughMemoryError as error:
            stopped = str(error)
            break
    return SchemeCurve(stream.config.scheme, tuple(points), stopped)


def _reason_to_stop(points: list[Point], length: int, end: float, memory: float) -> str | None:
    if not points:
        return None
    if time.perf_counter() > end:
        return "the time is over"
    last = points[-1]
    expected = last.cache_bytes / last.rounds * length
    grows = len(points) > 1 and last.cache_bytes > points[-2].cache_bytes
    return "its cache would take too much memory" if grows and expected > memory else None


def _point(stream: SteadyStream) -> Point:
    length = stream.num_rounds
    told = stream.play()
    use = told.cache
    return Point(length, told.timing.total_s, use.total_tokens, use.num_bytes)
