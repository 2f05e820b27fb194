"""Win rates of pairwise votes, with intervals that respect which votes belong together.

Ties, votes that could not be read and refusals are counted apart and never given to a side. Votes
on one video are not independent, so the bootstrap draws whole videos, not votes.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

Outcome = Literal["win", "loss", "tie", "unparsable", "refused"]

FEWEST_GROUPS = 2
"""One video tells nothing of how much videos differ."""
DRAWS = 2000
_LEVEL = (2.5, 97.5)
_NEWTON_STEPS = 50
_CONVERGED = 1e-10
_LONGEST_STEP = 2.0
_MOST_LOGIT = 30.0  # beyond it a sigmoid is 0 or 1
_RIDGE = 1e-2  # keeps the slope of separable votes finite
_TINY = 1e-9


@dataclass(frozen=True, slots=True)
class Vote:
    """One answer to "which is better", as seen from the first candidate.

    Attributes:
        group: What is drawn as a whole by the bootstrap: the video.
        outcome: For the first candidate; all but "win" and "loss" are for nobody.
        extra_length: By how many words the first candidate's text is longer than the other's.
    """

    group: str
    outcome: Outcome
    extra_length: float = 0.0


class Interval(NamedTuple):
    """Ends of a 95 % interval."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Tally:
    """How often each outcome occurred."""

    wins: int = 0
    losses: int = 0
    ties: int = 0
    unparsable: int = 0
    refused: int = 0

    @property
    def decided(self) -> int:
        """Votes that were given to a side."""
        return self.wins + self.losses

    @property
    def total(self) -> int:
        """All votes, those for nobody included."""
        return self.decided + self.ties + self.unparsable + self.refused

    @property
    def win_rate(self) -> float | None:
        """Share of the decided votes that were won; None where none was decided."""
        return self.wins / self.decided if self.decided else None

    @property
    def share_of_all(self) -> float | None:
        """Share of all votes that were won: what the paper reports, whose judge must decide."""
        return self.wins / self.total if self.total else None


@dataclass(frozen=True, slots=True)
class WinRate:
    """A tally, and what can be said of the win rate.

    Attributes:
        interval: Of the win rate; None with fewer than `FEWEST_GROUPS` videos.
        length_controlled: The win rate had both texts been equally long; None where not asked for
            or not to be known.
        length_controlled_interval: Of that rate.
        num_groups: Videos.
        seed: Of the bootstrap.
    """

    tally: Tally
    interval: Interval | None
    length_controlled: float | None
    length_controlled_interval: Interval | None
    num_groups: int
    seed: int


def tally(votes: Iterable[Vote]) -> Tally:
    """Count outcomes."""
    counts = Counter(vote.outcome for vote in votes)
    return Tally(
        wins=counts["win"],
        losses=counts["loss"],
        ties=counts["tie"],
        unparsable=counts["unparsable"],
        refused=counts["refused"],
    )


def win_rate(votes: Sequence[Vote], *, seed: int = 0, length_control: bool = False) -> WinRate:
    """The win rate of the first candidate with its bootstrap interval.

    Args:
        votes: All votes on a pair of candidates.
        seed: The same seed and votes give the same interval, in whatever order they come.
        length_control: Whether to estimate what would be won with texts of equal length.
    """
    counted = tally(votes)
    groups = sorted({vote.group for vote in votes})
    table = _Table.of(votes, groups)
    draws = _draws(len(groups), seed)
    return WinRate(
        counted,
        _interval(table.win_rates(draws)),
        table.length_controlled() if length_control else None,
        _interval([table.length_controlled(draw) for draw in draws]) if length_control else None,
        len(groups),
        seed,
    )


def length_controlled_rate(votes: Sequence[Vote]) -> float | None:
    """The win rate at equal length; None where no vote was decided.

    A logistic regression on the difference in length, squashed as tanh(difference / its root mean
    square), so that a few very long texts do not decide the fit.

    Source: Length-Controlled AlpacaEval (arXiv:2404.04475), its form for one pair.
    """
    return _Table.of(votes, sorted({vote.group for vote in votes})).length_controlled()


@dataclass(frozen=True, slots=True, eq=False)
class _Table:
    """Decided votes in columns, one row each.

    Attributes:
        group: Index of the video, (V,).
        won: 1 for a win, 0 for a loss, (V,).
        length: Squashed difference in length, (V,).
        num_groups: Videos, those without a decided vote included.
    """

    group: NDArray[np.int64]
    won: NDArray[np.float64]
    length: NDArray[np.float64]
    num_groups: int

    @classmethod
    def of(cls, votes: Sequence[Vote], groups: Sequence[str]) -> _Table:
        places = {group: index for index, group in enumerate(groups)}
        rows = sorted(
            (places[vote.group], vote.outcome == "win", vote.extra_length)
            for vote in votes
            if vote.outcome in {"win", "loss"}
        )
        columns = np.array(rows, float).reshape(-1, 3).T
        spread = (float(columns[2] @ columns[2]) / len(rows)) ** 0.5 if rows else 0.0
        length = np.tanh(columns[2] / spread) if spread else columns[2]
        return cls(columns[0].astype(int), columns[1], length, len(groups))

    def win_rates(self, draws: NDArray[np.int64]) -> list[float | None]:
        """The plain rate of each draw, given as how often it holds each video, (D, G)."""
        won = np.bincount(self.group, self.won, self.num_groups)
        decided = np.bincount(self.group, minlength=self.num_groups)
        totals: list[list[float]] = (draws @ np.stack([won, decided], axis=1)).tolist()
        return [wins / count if count else None for wins, count in totals]

    def length_controlled(self, draw: NDArray[np.int64] | None = None) -> float | None:
        """The rate at equal length; of a draw, if one is given, (G,).

        None without decided votes, and where one side's text was always the longer: equal length
        lies outside of what was seen, and the regression would make a rate up.
        """
        weights = np.ones_like(self.won) if draw is None else draw[self.group].astype(float)
        seen = self.length[weights > 0]
        if not seen.size or seen.min() > 0 or seen.max() < 0:
            return None
        return float(_sigmoid(_fit(self.length, self.won, weights)[0]))


def _fit(
    length: NDArray[np.float64], won: NDArray[np.float64], weights: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Intercept and slope of a weighted logistic regression, by Newton's method.

    Only the slope is penalised: without differences in length the fit is the plain win rate.
    """
    features = np.stack([np.ones_like(length), length], axis=1)
    ridge = np.array([0.0, _RIDGE])
    fitted = np.zeros(2)
    for _ in range(_NEWTON_STEPS):
        expected = _sigmoid(features @ fitted)
        gradient = features.T @ (weights * (won - expected)) - ridge * fitted
        curved = weights * expected * (1 - expected)
        curvature = (features * curved[:, None]).T @ features + np.diag(ridge + _TINY)
        step = np.clip(np.linalg.solve(curvature, gradient), -_LONGEST_STEP, _LONGEST_STEP)
        fitted = np.clip(fitted + step, -_MOST_LOGIT, _MOST_LOGIT)
        if np.abs(step).max() < _CONVERGED:
            break
    return fitted


def _sigmoid(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return 1 / (1 + np.exp(-values))


def _draws(num_groups: int, seed: int) -> NDArray[np.int64]:
    """How often each draw holds each group, (D, G); no draw where an interval would mislead."""
    if num_groups < FEWEST_GROUPS:
        return np.zeros((0, num_groups), np.int64)
    chances = np.full(num_groups, 1 / num_groups)
    return np.random.default_rng(seed).multinomial(num_groups, chances, DRAWS)


def _interval(values: Sequence[float | None]) -> Interval | None:
    """The middle 95 %; draws in which nothing was decided say nothing."""
    known = [value for value in values if value is not None]
    if not known:
        return None
    low, high = np.percentile(known, _LEVEL)
    return Interval(float(low), float(high))
