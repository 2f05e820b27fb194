"""Pictures of the report: win rates with their intervals, their course, and timeliness."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from engine.evaluation.commentary.report import Findings
    from engine.evaluation.statistics import WinRate

_DPI = 120
_EVEN = 50


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
    """Win rates on the left, their course over the video on the right."""
    figure, (left, right) = _figure(2)
    for row, item in enumerate(findings.comparisons):
        value = _percent(item.rate)
        if value is not None:
            left.errorbar([value], [row], xerr=_errors(item.rate, value), fmt="o", capsize=4)
        fifths = [_percent(rate) for rate in item.fifths]
        known = [(20 * n + 10, y) for n, y in enumerate(fifths) if y is not None]
        right.plot([x for x, _ in known], [y for _, y in known], "o-", label=item.second)
    left.set_yticks(range(len(findings.comparisons)), [i.second for i in findings.comparisons])
    left.axvline(_EVEN, color="grey", linestyle=":")
    left.set(xlim=(-2, 102), xlabel=f"{findings.comparisons[0].first} wins, % of decided votes")
    right.axhline(_EVEN, color="grey", linestyle=":")
    right.set(xlim=(0, 100), ylim=(-2, 102), xlabel="place in the video, %")
    right.legend(title="against", fontsize="small")
    return figure


def _timeliness(findings: Findings) -> Any:
    figure, (axes,) = _figure(1)
    names = list(findings.timing)
    for offset, kind in ((-0.2, "right"), (0.2, "chance")):
        scores = [getattr(findings.timing[name], kind).score or 0.0 for name in names]
        places = [index + offset for index in range(len(names))]
        label = "against the reference" if kind == "right" else "by chance"
        axes.barh(places, [100 * score for score in scores], height=0.4, label=label)
    axes.set_yticks(range(len(names)), names)
    axes.set(xlim=(0, 100), xlabel=f"in time within {findings.settings.within_s:g} s, F1 %")
    axes.legend(fontsize="small")
    return figure


def _figure(columns: int) -> tuple[Any, Any]:
    from matplotlib.figure import Figure  # without pyplot: no window system, no global state

    figure: Any = Figure(figsize=(5.5 * columns, 3.5), layout="constrained")
    return figure, figure.subplots(1, columns, squeeze=False)[0]


def _percent(rate: WinRate) -> float | None:
    value = rate.tally.win_rate
    return None if value is None else 100 * value


def _errors(rate: WinRate, value: float) -> list[list[float]] | None:
    if rate.interval is None:
        return None
    low, high = (100 * end for end in rate.interval)
    return [[max(0.0, value - low)], [max(0.0, high - value)]]
