"""Times of repeated work, and what one reads off them."""

from __future__ import annotations

import math
import statistics
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.stages import start_stopwatch

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import torch

_P95 = 0.95


@dataclass(frozen=True, slots=True)
class Samples:
    """Seconds that one thing took, again and again; there is at least one."""

    seconds: tuple[float, ...]

    @property
    def median_s(self) -> float:
        """Half of them were quicker."""
        return statistics.median(self.seconds)

    @property
    def p95_s(self) -> float:
        """One in twenty took longer."""
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, math.ceil(_P95 * len(ordered)) - 1)]


def time_once(work: Callable[[], object], device: torch.device) -> float:
    """Seconds that work takes on a device, by its own clock where it has one."""
    stopwatch = start_stopwatch(device)
    work()
    stopwatch.stop()
    return stopwatch.seconds()


def time_in_turns(
    works: Sequence[Callable[[], object]],
    device: torch.device,
    *,
    seconds: float,
    most_turns: int,
    before_turn: Callable[[], object] = lambda: None,
) -> list[Samples]:
    """Do several things one after the other, again and again: what disturbs one disturbs all.

    Every second turn is backwards, so that none always finds what another has left in the caches.

    Args:
        works: The things.
        device: Where they are done.
        seconds: No turn begins after so long, except for the first.
        most_turns: How many are measured at most; where there are several, the first warms up.
        before_turn: Is done before each and not counted.
    """
    end = time.perf_counter() + seconds
    turns: list[list[float]] = []
    while not turns or (len(turns) <= most_turns and time.perf_counter() < end):
        before_turn()
        turns.append(_time_each(works, device, backwards=len(turns) % 2 == 1))
    return [Samples(column) for column in zip(*(turns[1:] or turns), strict=True)]


def _time_each(
    works: Sequence[Callable[[], object]], device: torch.device, *, backwards: bool
) -> list[float]:
    """Seconds of each, in the order of `works` whichever is done first."""
    step = -1 if backwards else 1
    return [time_once(work, device) for work in works[::step]][::step]
