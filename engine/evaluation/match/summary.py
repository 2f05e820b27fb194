"""The figures of one row of the report: one model under one variant on all its matches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.evaluation.match.score import MatchScore, Share, sum_up

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from engine.evaluation.match.performance import RoundCost
    from engine.evaluation.match.runs import FinishedRun

STRETCH_S = 300
EARLY_S, LATE_S = 300, 900


@dataclass(frozen=True, slots=True)
class Row:
    """One model under one variant; every run has at least one round."""

    model: str
    variant: str
    runs: tuple[FinishedRun, ...]


@dataclass(frozen=True, slots=True)
class Stretch:
    """The same five minutes of one match, or of several.

    Attributes:
        rounds: How many were played.
        seconds, cache_bytes: Engine time, and what the cache held, summed over the rounds.
    """

    start_s: int
    score: MatchScore
    rounds: int
    seconds: float
    cache_bytes: int


@dataclass(frozen=True, slots=True)
class CostFigures:
    """What rounds cost.

    Attributes:
        mean_s, median_s, p95_s: Engine time of a round.
        growth: Median round of each match's last tenth, relative to that of its first tenth.
        most_tokens, most_bytes: The largest cache.
        bound_tokens: What the cache can never exceed; None where it has no bound.
        is_within_bound: Whether no round exceeded its bound.
    """

    mean_s: float
    median_s: float
    p95_s: float
    growth: float
    most_tokens: int
    most_bytes: int
    bound_tokens: int | None
    is_within_bound: bool


@dataclass(frozen=True, slots=True)
class Summary:
    """A row's figures.

    Attributes:
        total: Over everything.
        early, late: Of the first five minutes, and from the fifteenth on.
        matches: Stretches of five minutes of each match, by its seed.
        minutes: Length of all matches together, as far as they were played.
        stopped: Why matches ended before their time, with the minute.
    """

    row: Row
    total: MatchScore
    early: MatchScore
    late: MatchScore
    matches: dict[int, tuple[Stretch, ...]]
    costs: CostFigures
    minutes: float
    stopped: tuple[str, ...]

    @property
    def stretches(self) -> tuple[Stretch, ...]:
        """Five minutes after the other, all matches together."""
        return _merge([stretch for match in self.matches.values() for stretch in match])


def summarise(row: Row) -> Summary:
    """Judge every match of a row."""
    rounds = [run.performance.rounds() for run in row.runs]
    judged = list(zip(row.runs, rounds, strict=True))
    return Summary(
        row=row,
        total=sum_up(score for match in rounds for score in match),
        early=sum_up(score for match in rounds for score in match[:EARLY_S]),
        late=sum_up(score for match in rounds for score in match[LATE_S:]),
        matches={run.request.seed: _stretches(run, scores) for run, scores in judged},
        costs=_costs(row.runs),
        minutes=sum(len(match) for match in rounds) / 60,
        stopped=tuple(why_stopped(run) for run in row.runs if run.performance.stopped),
    )


def _stretches(run: FinishedRun, scores: Sequence[MatchScore]) -> tuple[Stretch, ...]:
    """A match in stretches of five minutes; the last may be shorter."""
    costs = run.performance.costs
    return tuple(
        _stretch(start, scores[start : start + STRETCH_S], costs[start : start + STRETCH_S])
        for start in range(0, len(scores), STRETCH_S)
    )


def _stretch(start_s: int, scores: Sequence[MatchScore], costs: Sequence[RoundCost]) -> Stretch:
    return Stretch(
        start_s,
        sum_up(scores),
        len(scores),
        sum(cost.seconds for cost in costs),
        sum(cost.cache_bytes for cost in costs),
    )


def defined(share: Share) -> float | None:
    """The share; None where there was nothing to judge."""
    return share.value if share.of else None


def _merge(stretches: Sequence[Stretch]) -> tuple[Stretch, ...]:
    """Stretches of several matches by their place in the match."""
    merged: list[Stretch] = []
    for start in sorted({stretch.start_s for stretch in stretches}):
        same = [stretch for stretch in stretches if stretch.start_s == start]
        merged.append(
            Stretch(
                start,
                sum_up(stretch.score for stretch in same),
                sum(stretch.rounds for stretch in same),
                sum(stretch.seconds for stretch in same),
                sum(stretch.cache_bytes for stretch in same),
            )
        )
    return tuple(merged)


def _costs(runs: Sequence[FinishedRun]) -> CostFigures:
    costs = [cost for run in runs for cost in run.performance.costs]
    seconds = np.array([cost.seconds for cost in costs])
    bounds = [cost.bound_tokens for cost in costs if cost.bound_tokens is not None]
    return CostFigures(
        mean_s=float(seconds.mean()),
        median_s=float(np.median(seconds)),
        p95_s=float(np.percentile(seconds, 95)),
        growth=float(np.mean([_growth(run) for run in runs])),
        most_tokens=max(cost.cache_tokens for cost in costs),
        most_bytes=max(cost.cache_bytes for cost in costs),
        bound_tokens=max(bounds) if len(bounds) == len(costs) else None,
        is_within_bound=all(
            cost.bound_tokens is None or cost.cache_tokens <= cost.bound_tokens for cost in costs
        ),
    )


def _growth(run: FinishedRun) -> float:
    seconds: NDArray[np.float64] = np.array([cost.seconds for cost in run.performance.costs])
    tenth = max(1, len(seconds) // 10)
    return float(np.median(seconds[-tenth:]) / np.median(seconds[:tenth]))


def why_stopped(run: FinishedRun) -> str:
    """In words, for a match that ended before its time."""
    played = run.performance
    return (
        f"match {played.seed} ended after {len(played.lines)} of {run.request.seconds} rounds: "
        f"{played.stopped}"
    )
