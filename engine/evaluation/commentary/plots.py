"""Pictures of the report: win rates with their intervals, their course, and timeliness."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from engine.evaluation.commentary.comparison import Comparison
    from engine.evaluation.commentary.report import Findings
    from engine.evaluation.statistics import WinRate

_DPI = 120
_EVEN = 50
_TITLE_WIDTH = 60
_NAME_WIDTH = 28  # letters in a line
_MARKERS = "os^Dv"  # lines must be told apart without colours, too


def draw_plots(findings: Findings, folder: Path) -> list[str]:
    """Draw what there is to draw as PNG files; gives their names."""
    drawn: list[str] = []
    if findings.comparisons:
        _win_rates(findings).savefig(folder / "win-rates.png", dpi=_DPI)
        drawn.append("win-rates.png")
    if findings.timing:
        _timeliness(findings).savefig(folder / "timeliness.png", dpi=_DPI)
        drawn.append("timeliness.png")
    return drawn


def _win_rates(findings: Findings) -> Any:
    """Win rates, and beside them their course over the video where there is any."""
    compared = findings.comparisons
    figure, (left, *others) = _figure(1 + findings.has_course, len(compared))
    for row, item in enumerate(compared):
        style = {"color": f"C{row}", "marker": _MARKERS[row % len(_MARKERS)]}
        value = _percent(item.rate)
        if value is not None:
            errors = _errors(item.rate, value)
            left.errorbar([value], [row], xerr=errors, capsize=4, linestyle="", **style)
        for right in others:
            _draw_course(right, item, style)
    _name_rows(left, [item.second for item in compared])
    left.axvline(_EVEN, color="grey", linestyle=":")
    left.set(xlim=(-2, 102), xlabel="% of decided votes, 95 % interval over videos")
    for right in others:
        right.axhline(_EVEN, color="grey", linestyle=":")
        right.set(xlim=(0, 100), ylim=(-2, 102), xlabel="place in the video, %")
        right.set_ylabel("% of decided votes")
    title = f"How often {compared[0].first} wins{_judged_by(findings)}"
    figure.suptitle(textwrap.fill(title, _TITLE_WIDTH * (1 + len(others))), fontsize="medium")
    return figure


def _draw_course(axes: Any, item: Comparison, style: dict[str, str]) -> None:
    """A line of the colour and mark that its row on the left has."""
    fifths = [_percent(rate) for rate in item.fifths]
    known = [(20 * n + 10, y) for n, y in enumerate(fifths) if y is not None]
    axes.plot([x for x, _ in known], [y for _, y in known], **style)


def _judged_by(findings: Findings) -> str:
    judge = findings.settings.judge
    return "" if judge is None else f" (judge {judge.chat.model}, prompt {judge.prompt})"


def _timeliness(findings: Findings) -> Any:
    names = list(findings.timing)
    figure, (axes,) = _figure(1, len(names))
    kinds = (("right", "against the reference", ""), ("chance", "by chance", "//"))
    for offset, (kind, label, hatch) in zip((-0.2, 0.2), kinds, strict=True):
        scores = [getattr(findings.timing[name], kind).score or 0.0 for name in names]
        places = [index + offset for index in range(len(names))]
        heights = [100 * score for score in scores]
        axes.barh(places, heights, height=0.4, label=label, hatch=hatch, edgecolor="white")
    _name_rows(axes, names)
    within = f"within {findings.settings.within_s:g} s"
    axes.set(xlim=(0, 100), xlabel=f"F1 of lines said in time ({within}), %")
    figure.legend(loc="outside lower center", ncols=2, fontsize="small")
    return figure


def _name_rows(axes: Any, names: Sequence[str]) -> None:
    """One row a name, the first on top as in the tables."""
    axes.set_yticks(range(len(names)), [textwrap.fill(name, _NAME_WIDTH) for name in names])
    axes.set_ylim(len(names) - 0.5, -0.5)


def _figure(columns: int, rows: int) -> tuple[Any, Any]:
    from matplotlib.figure import Figure  # without pyplot: no window system, no global state

    size = (5.5 * columns, max(3.5, 1.5 + 0.6 * rows))
    figure: Any = Figure(figsize=size, layout="constrained")
    return figure, figure.subplots(1, columns, squeeze=False)[0]


def _percent(rate: WinRate) -> float | None:
    value = rate.tally.win_rate
    return None if value is None else 100 * value


def _errors(rate: WinRate, value: float) -> list[list[float]] | None:
    if rate.interval is None:
        return None
    low, high = (100 * end for end in rate.interval)
    return [[max(0.0, value - low)], [max(0.0, high - value)]]
