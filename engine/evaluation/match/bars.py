"""What the bundled model must reach, and whether a row reaches it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from engine.evaluation.match.summary import defined

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.evaluation.match.score import MatchScore
    from engine.evaluation.match.summary import Summary

Verdict = Literal["pass", "fail", "no data"]


@dataclass(frozen=True, slots=True)
class Bar:
    """One thing that is asked for; `measure` gives None where there is nothing to judge."""

    what: str
    sign: Literal["≥", "≤"]
    limit: float
    measure: Callable[[Summary], float | None]

    def verdict(self, summary: Summary) -> Verdict:
        """Whether a row reaches it."""
        value = self.measure(summary)
        if value is None:
            return "no data"
        reached = value >= self.limit if self.sign == "≥" else value <= self.limit
        return "pass" if reached else "fail"


def _f1(group: str) -> Callable[[Summary], float | None]:
    def measure(summary: Summary) -> float | None:
        counts = summary.total.group(group)
        return counts.f1 if counts.right + counts.false + counts.missed else None

    return measure


def _scores(stretch: Callable[[Summary], MatchScore]) -> Callable[[Summary], float | None]:
    return lambda summary: defined(stretch(summary).scores)


def _score_drift(summary: Summary) -> float | None:
    early, late = defined(summary.early.scores), defined(summary.late.scores)
    return None if early is None or late is None else abs(early - late)


BARS: tuple[Bar, ...] = (
    Bar("F1 of goal", "≥", 0.95, _f1("goal")),
    Bar("F1 of save, wide, out, kick-off", "≥", 0.90, _f1("save, wide, out, kick-off")),
    Bar("F1 of shot", "≥", 0.85, _f1("shot")),
    Bar("F1 of pass with its zone", "≥", 0.80, _f1("pass with its zone")),
    Bar("F1 of tackle and interception", "≥", 0.60, _f1("tackle and interception")),
    Bar("team named rightly", "≥", 0.90, lambda summary: defined(summary.total.names)),
    Bar("score right at goals, first 5 min", "≥", 0.90, _scores(lambda summary: summary.early)),
    Bar("score right at goals, after 15 min", "≥", 0.90, _scores(lambda summary: summary.late)),
    Bar("difference of these two", "≤", 0.05, _score_drift),
    Bar("silent seconds kept silent", "≥", 0.92, lambda summary: defined(summary.total.silence)),
    Bar("repeated or unparsable lines", "≤", 0.02, lambda summary: defined(summary.total.spoiled)),
    Bar("engine time per second of video, s", "≤", 0.25, lambda summary: summary.costs.mean_s),
    Bar("minutes of match in all", "≥", 60, lambda summary: summary.minutes),
)
"""Those that this suite can judge, for true streaming with the default windows."""
