"""A row's figures as plain values, for `report.json`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.evaluation.match.score import GROUPS
from engine.evaluation.match.summary import defined

if TYPE_CHECKING:
    from engine.evaluation.match.score import Counts, Share
    from engine.evaluation.match.summary import Stretch, Summary


def figures(summary: Summary) -> dict[str, object]:
    """Everything in a summary as plain values."""
    total, costs = summary.total, summary.costs
    return {
        "minutes": round(summary.minutes, 2),
        "stopped": list(summary.stopped),
        "event_f1": round(total.all_kinds.f1, 4),
        "groups": {name: _counts(total.group(name)) for name in GROUPS},
        "kinds": {kind.value: _counts(counts) for kind, counts in total.kinds.items()},
        "names": _share(total.names),
        "names_first_5_min": _share(summary.early.names),
        "names_after_15_min": _share(summary.late.names),
        "scores": _share(total.scores),
        "scores_first_5_min": _share(summary.early.scores),
        "scores_after_15_min": _share(summary.late.scores),
        "silence": _share(total.silence),
        "spoiled": _share(total.spoiled),
        "seconds_per_round": {
            "mean": round(costs.mean_s, 5),
            "median": round(costs.median_s, 5),
            "p95": round(costs.p95_s, 5),
            "last_tenth_over_first": round(costs.growth, 3),
        },
        "cache": {
            "most_tokens": costs.most_tokens,
            "most_bytes": costs.most_bytes,
            "bound_tokens": costs.bound_tokens,
            "within_bound": costs.is_within_bound,
        },
        "per_5_min": [_stretch_json(stretch) for stretch in summary.stretches],
    }


def _counts(counts: Counts) -> dict[str, float]:
    """F1 and what it is made of."""
    parts = {"right": counts.right, "false": counts.false, "missed": counts.missed}
    return {"f1": round(counts.f1, 4), **parts}


def _share(share: Share) -> dict[str, float | None]:
    """A share and what it is made of; None where there was nothing to judge."""
    return {"value": rounded(defined(share)), "hits": share.hits, "of": share.of}


def rounded(value: float | None) -> float | None:
    """A figure with as many digits as are worth reading."""
    return None if value is None else round(value, 4)


def _stretch_json(stretch: Stretch) -> dict[str, object]:
    return {
        "start_s": stretch.start_s,
        "rounds": stretch.rounds,
        "event_f1": round(stretch.score.all_kinds.f1, 4),
        "names": rounded(defined(stretch.score.names)),
        "scores": rounded(defined(stretch.score.scores)),
        "seconds_per_round": round(stretch.seconds / stretch.rounds, 5),
    }
