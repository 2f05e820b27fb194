"""The report as Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.evaluation.markdown import model_lines, origin_line, table
from engine.evaluation.match.bars import BARS
from engine.evaluation.match.findings import name_of
from engine.evaluation.match.score import GROUPS
from engine.evaluation.match.scoring import TOLERANCE_S
from engine.evaluation.match.summary import defined
from engine.evaluation.match.variants import BASE, VARIANTS
from engine.match import EventKind
from engine.progress import duration

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.evaluation.match.bars import Bar
    from engine.evaluation.match.comparison import Difference
    from engine.evaluation.match.findings import Comparison
    from engine.evaluation.match.report import Report
    from engine.evaluation.match.summary import Summary

_MIB = 2**20


def report_text(report: Report) -> str:
    """The whole page."""
    sections = [
        "# Commentary on unseen matches",
        _about(report),
        _bars(report),
        _variants(report.summaries),
        _comparisons("Against streaming", report.variant_comparisons),
        _comparisons("Model against model", report.model_comparisons),
        _list("Remarks", report.remarks),
        _list("Not run", report.not_run),
        "## Plots\n\n" + "\n".join(f"![{name}]({name})" for name in report.plots),
    ]
    return "\n\n".join(section for section in sections if section) + "\n"


def _about(report: Report) -> str:
    settings = report.settings
    runs = report.runs
    lines = [
        f"- Matches {', '.join(map(str, settings.seeds))}, {settings.seconds / 60:g} minutes each, "
        "two frames a second, greedy.",
        f"- A line is right if it fits an event within ±{TOLERANCE_S:g} s; each event counts once; "
        "claims that fit none are false, lines that claim nothing are spoiled.",
        *model_lines({item.row.model: item.row.runs[0].model for item in report.summaries}),
        origin_line([run.origin for run in runs]),
        f"- {len(runs)} runs took {duration(sum(run.wall_s for run in runs))}.",
    ]
    return "\n".join(lines)


def _bars(report: Report) -> str:
    tables = [
        f"### {summary.row.model}\n\n{_bar_table(summary)}"
        for summary in report.summaries
        if summary.row.variant == BASE
    ]
    if not tables:
        return ""
    note = f'True streaming with the default windows ("{BASE}").'
    return "\n\n".join(["## What the bundled model must reach", note, *tables])


def _bar_table(summary: Summary) -> str:
    return table(
        ("what", "bar", "measured", "verdict"),
        [
            (bar.what, f"{bar.sign} {bar.limit:g}", _measured(bar, summary), bar.verdict(summary))
            for bar in BARS
        ],
    )


def _measured(bar: Bar, summary: Summary) -> str:
    return _number(bar.measure(summary))


def _variants(summaries: Sequence[Summary]) -> str:
    if not summaries:
        return ""
    head = (
        "variant",
        *(f"F1 {name}" for name in GROUPS),
        "F1 of all",
        *("names", "names first 5 / after 15 min", "scores", "scores first 5 / after 15 min"),
        *("silence", "spoiled lines", "s per round median / p95", "last tenth / first"),
        *("cache tokens (bound)", "cache MiB", "minutes"),
    )
    meanings = "\n".join(
        f"- {name}: {VARIANTS[name].about}"
        for name in dict.fromkeys(summary.row.variant for summary in summaries)
    )
    return (
        f"## All variants\n\n{table(head, map(_variant_row, summaries))}\n\n{meanings}\n\n"
        f"### F1 by kind of event\n\n{_kind_table(summaries)}"
    )


def _kind_table(summaries: Sequence[Summary]) -> str:
    rows = [
        (name_of(summary), *(_number(summary.total.kinds[kind].f1) for kind in EventKind))
        for summary in summaries
    ]
    return table(("variant", *EventKind), rows)


def _variant_row(summary: Summary) -> Sequence[str]:
    total, costs = summary.total, summary.costs
    bound = "none" if costs.bound_tokens is None else str(costs.bound_tokens)
    return (
        name_of(summary),
        *(_number(total.group(name).f1) for name in GROUPS),
        _number(total.all_kinds.f1),
        _number(defined(total.names)),
        f"{_number(defined(summary.early.names))} / {_number(defined(summary.late.names))}",
        _number(defined(total.scores)),
        f"{_number(defined(summary.early.scores))} / {_number(defined(summary.late.scores))}",
        _number(defined(total.silence)),
        _number(defined(total.spoiled)),
        f"{costs.median_s:.3f} / {costs.p95_s:.3f}",
        f"{costs.growth:.2f}",
        f"{costs.most_tokens} ({bound})",
        f"{costs.most_bytes / _MIB:.1f}",
        f"{summary.minutes:.1f}" + ("" if not summary.stopped else " (stopped)"),
    )


def _comparisons(title: str, comparisons: Sequence[Comparison]) -> str:
    if not comparisons:
        return ""
    rows = [
        (
            comparison.name,
            metric,
            _number(difference.value),
            f"{_number(difference.base)} ({comparison.base})",
            _interval(difference),
            comparison.sentence(metric),
        )
        for comparison in comparisons
        for metric, difference in comparison.differences.items()
    ]
    head = ("row", "metric", "value", "against", "difference (95 % interval)", "finding")
    note = (
        "On the five-minute stretches that both have played; the interval is a bootstrap over "
        "them, and a difference counts only where it leaves 0 out."
    )
    return f"## {title}\n\n{note}{_effects(comparisons)}\n\n{table(head, rows)}"


def _effects(comparisons: Sequence[Comparison]) -> str:
    verdicts = [item.shows(metric) for item in comparisons for metric in item.expected]
    if not verdicts:
        return ""
    return (
        f" Of {len(verdicts)} expected effects {verdicts.count(True)} show, "
        f"{verdicts.count(False)} do not, and of {verdicts.count(None)} nothing can be told."
    )


def _interval(difference: Difference) -> str:
    if difference.value is None or difference.base is None:
        return "-"
    apart = f"{difference.value - difference.base:+.3f}"
    if difference.low is None or difference.high is None:
        return apart
    return f"{apart} ({difference.low:+.3f} to {difference.high:+.3f})"


def _list(title: str, items: Sequence[str]) -> str:
    return f"## {title}\n\n" + "\n".join(f"- {item}" for item in items) if items else ""


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
