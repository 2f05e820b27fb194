"""Pictures of the report: how good, how quick and how large, over the length of a match."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from engine.evaluation.match.findings import name_of
from engine.evaluation.match.summary import STRETCH_S, defined

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from engine.evaluation.match.performance import RoundCost
    from engine.evaluation.match.summary import Stretch, Summary

_MINUTE = 60
_MIB = 2**20
_SMOOTHED_ROUNDS = 30
_DASHES = ("-", "--", ":")
_COLOURS = 10  # of matplotlib's own cycle
_DPI = 120

_QUALITY: dict[str, Callable[[Stretch], float | None]] = {
    "event F1": lambda stretch: stretch.score.all_kinds.f1,
    "team named rightly": lambda stretch: defined(stretch.score.names),
    "score right at goals": lambda stretch: defined(stretch.score.scores),
}
_COSTS: dict[str, Callable[[RoundCost], float]] = {
    "engine time per round, s": lambda cost: cost.seconds,
    "cache memory, MiB": lambda cost: cost.cache_bytes / _MIB,
}


def draw_plots(summaries: Sequence[Summary], folder: Path) -> list[str]:
    """Draw all pictures as PNG files; gives their names."""
    if not summaries:
        return []
    quality = _figure(summaries, list(_QUALITY), _quality_line)
    for axes in quality.axes:
        axes.set_ylim(-0.02, 1.02)
    quality.savefig(folder / "quality.png", dpi=_DPI)
    _figure(summaries, list(_COSTS), _cost_line).savefig(folder / "costs.png", dpi=_DPI)
    return ["quality.png", "costs.png"]


Line = tuple[list[float], list[float]]


def _figure(
    summaries: Sequence[Summary], panels: Sequence[str], line_of: Callable[[Summary, str], Line]
) -> Any:
    """One panel below the other, a line in each for every row."""
    from matplotlib.figure import Figure  # without pyplot: no window system, no global state

    figure: Any = Figure(figsize=(9, 3 * len(panels)), layout="constrained")
    panes: Any = figure.subplots(len(panels), 1, sharex=True)
    for axes, panel in zip(panes, panels, strict=True):
        axes.set_ylabel(panel)
        for index, summary in enumerate(summaries):
            xs, ys = line_of(summary, panel)
            style = {"color": f"C{index % _COLOURS}", "linestyle": _DASHES[index // _COLOURS % 3]}
            marker = "o" if len(xs) <= _SMOOTHED_ROUNDS else None
            axes.plot(xs, ys, label=name_of(summary), marker=marker, markersize=3, **style)
        axes.grid(visible=True, alpha=0.3)
    panes[-1].set_xlabel("minute of the match")
    handles, labels = panes[-1].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside right upper", fontsize="small")
    return figure


def _quality_line(summary: Summary, panel: str) -> Line:
    """A figure per five minutes, at their middle."""
    points = [
        ((stretch.start_s + STRETCH_S / 2) / _MINUTE, _QUALITY[panel](stretch))
        for stretch in summary.stretches
    ]
    known = [(x, y) for x, y in points if y is not None]
    return [x for x, _ in known], [y for _, y in known]


def _cost_line(summary: Summary, panel: str) -> Line:
    """The mean of all matches, smoothed by a running median."""
    measure = _COSTS[panel]
    matches = [[measure(cost) for cost in run.performance.costs] for run in summary.row.runs]
    length = min(len(match) for match in matches)
    mean = np.mean([match[:length] for match in matches], axis=0)
    smooth = _running_median(mean)
    minutes = (np.arange(len(smooth)) + length - len(smooth)) / _MINUTE
    return minutes.tolist(), smooth.tolist()


def _running_median(values: NDArray[np.float64]) -> NDArray[np.float64]:
    width = max(1, min(_SMOOTHED_ROUNDS, len(values) // 10))
    return np.median(np.lib.stride_tricks.sliding_window_view(values, width), axis=1)
