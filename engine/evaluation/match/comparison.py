"""Whether two rows differ: a bootstrap over the five-minute stretches that both have played.

Stretches, not seconds, are drawn: within one, a wrong score or a lost name is wrong again and
again. Both rows play the same matches, so they are drawn in pairs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from engine.evaluation.match.summary import Stretch, Summary
    from engine.evaluation.match.variants import Direction

FEWEST_STRETCHES = 6
_DRAWS = 2000
_LEVEL = (2.5, 97.5)
_MIB = 2**20

Parts = tuple[float, float]


def _f1_parts(stretch: Stretch) -> Parts:
    counts = stretch.score.all_kinds
    return 2 * counts.right, 2 * counts.right + counts.false + counts.missed


METRICS: dict[str, Callable[[Stretch], Parts]] = {
    "event F1": _f1_parts,
    "names": lambda stretch: (stretch.score.names.hits, stretch.score.names.of),
    "scores": lambda stretch: (stretch.score.scores.hits, stretch.score.scores.of),
    "seconds per round": lambda stretch: (stretch.seconds, stretch.rounds),
    "cache MiB": lambda stretch: (stretch.cache_bytes / _MIB, stretch.rounds),
}
"""Numerator and denominator of each metric; both add up over stretches."""


@dataclass(frozen=True, slots=True)
class Difference:
    """How far a row is from its base in one metric, on what both have played.

    Attributes:
        value, base: The metric of either; None where there was nothing to judge.
        low, high: Ends of the 95 % interval of value - base; None with too few stretches.
        num_stretches: Pairs of stretches.
    """

    value: float | None
    base: float | None
    low: float | None
    high: float | None
    num_stretches: int

    @property
    def direction(self) -> Direction | None:
        """What can be told of the difference; None: nothing."""
        if self.low is None or self.high is None:
            return None
        if self.low > 0:
            return "higher"
        return "lower" if self.high < 0 else "equal"


def compare(row: Summary, base: Summary) -> dict[str, Difference]:
    """The differences of a row from its base, by metric."""
    ours, theirs = _by_place(row), _by_place(base)
    places = sorted(ours.keys() & theirs.keys())
    return {
        name: _difference(
            np.array([parts(ours[place]) for place in places]).reshape(-1, 2),
            np.array([parts(theirs[place]) for place in places]).reshape(-1, 2),
        )
        for name, parts in METRICS.items()
    }


def _by_place(row: Summary) -> Mapping[tuple[int, int, int], Stretch]:
    """Stretches by match, place in it and length: a stretch that broke off has no partner."""
    return {
        (seed, stretch.start_s, stretch.rounds): stretch
        for seed, match in row.matches.items()
        for stretch in match
    }


def _difference(ours: NDArray[np.float64], theirs: NDArray[np.float64]) -> Difference:
    """Compare parts of stretches, (n, 2) each."""
    num = len(ours)
    value, base = _ratio(ours.sum(0)), _ratio(theirs.sum(0))
    if num < FEWEST_STRETCHES or value is None or base is None:
        return Difference(value, base, None, None, num)
    drawn = np.random.default_rng(0).integers(0, num, (_DRAWS, num))
    one, other = ours[drawn].sum(1), theirs[drawn].sum(1)
    usable = (one[:, 1] > 0) & (other[:, 1] > 0)
    apart = one[usable, 0] / one[usable, 1] - other[usable, 0] / other[usable, 1]
    low, high = np.percentile(apart, _LEVEL)
    return Difference(value, base, float(low), float(high), num)


def _ratio(parts: NDArray[np.float64]) -> float | None:
    return float(parts[0] / parts[1]) if parts[1] else None
