"""Writes what an evaluation found: `report.json` for programs, `report.md` and plots for people."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from engine.evaluation.match.bars import BARS
from engine.evaluation.match.figures import figures, rounded
from engine.evaluation.match.findings import (
    Comparison,
    compare_models,
    compare_variants,
    not_run,
    remarks,
)
from engine.evaluation.match.markdown import report_text
from engine.evaluation.match.plots import draw_plots
from engine.evaluation.match.summary import Row, summarise, why_stopped

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from engine.evaluation.match.runs import FinishedRun
    from engine.evaluation.match.settings import MatchSettings
    from engine.evaluation.match.summary import Summary


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that the report says.

    Attributes:
        summaries: Row by row.
        runs: All runs of these rows, each once.
        plots: File names.
    """

    settings: MatchSettings
    summaries: tuple[Summary, ...]
    runs: tuple[FinishedRun, ...]
    variant_comparisons: tuple[Comparison, ...]
    model_comparisons: tuple[Comparison, ...]
    remarks: tuple[str, ...]
    not_run: tuple[str, ...]
    plots: tuple[str, ...]


def write_report(settings: MatchSettings, rows: Sequence[Row]) -> Path:
    """Judge the rows and write all files into the folder of the settings; gives the page's path."""
    summaries, failed = _judged(rows)
    runs = {run.request.key: run for summary in summaries for run in summary.row.runs}
    report = Report(
        settings,
        tuple(summaries),
        tuple(runs.values()),
        tuple(compare_variants(summaries)),
        tuple(compare_models(summaries)),
        tuple(remarks(summaries)),
        tuple(not_run(settings, failed)),
        tuple(draw_plots(summaries, settings.out)),
    )
    (settings.out / "report.json").write_text(
        json.dumps(report_json(report), indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    page = settings.out / "report.md"
    page.write_text(report_text(report), encoding="utf-8")
    return page


def report_json(report: Report) -> dict[str, object]:
    """The report as plain values."""
    settings = report.settings
    return {
        "suite": "match",
        "settings": {**asdict(settings), "out": str(settings.out)},
        "wall_s": round(sum(run.wall_s for run in report.runs), 1),
        "runs": [_run(run) for run in report.runs],
        "rows": [_row(summary) for summary in report.summaries],
        "against_streaming": [_comparison(item) for item in report.variant_comparisons],
        "model_against_model": [_comparison(item) for item in report.model_comparisons],
        "remarks": list(report.remarks),
        "not_run": list(report.not_run),
        "plots": list(report.plots),
    }


def _judged(rows: Sequence[Row]) -> tuple[list[Summary], list[str]]:
    """Summaries of the rows, and in words the matches that ended before their first round."""
    summaries: list[Summary] = []
    failed: list[str] = []
    for row in rows:
        played = tuple(run for run in row.runs if run.performance.lines)
        failed += [
            f"{row.variant} ({row.model}): {why_stopped(run)}."
            for run in row.runs
            if run not in played
        ]
        if played:
            summaries.append(summarise(Row(row.model, row.variant, played)))
    return summaries, failed


def _run(run: FinishedRun) -> dict[str, object]:
    return {
        "key": run.request.key,
        "seed": run.request.seed,
        "seconds": run.request.seconds,
        "rounds": len(run.performance.lines),
        "stopped": run.performance.stopped,
        "config": asdict(run.request.config),
        "model": asdict(run.model),
        "origin": asdict(run.origin),
        "wall_s": run.wall_s,
    }


def _row(summary: Summary) -> dict[str, object]:
    row = summary.row
    return {
        "model": row.model,
        "variant": row.variant,
        "config": asdict(row.runs[0].request.config),
        "runs": [run.request.key for run in row.runs],
        **figures(summary),
        "bars": [
            {
                "what": bar.what,
                "bar": f"{bar.sign} {bar.limit:g}",
                "measured": rounded(bar.measure(summary)),
                "verdict": bar.verdict(summary),
            }
            for bar in BARS
        ],
    }


def _comparison(comparison: Comparison) -> dict[str, object]:
    return {
        "row": comparison.name,
        "against": comparison.base,
        "metrics": {
            metric: {
                **{name: rounded(value) for name, value in _ends(asdict(difference))},
                "stretches": difference.num_stretches,
                "direction": difference.direction,
                "expected": comparison.expected.get(metric),
                "finding": comparison.sentence(metric).strip("*"),
            }
            for metric, difference in comparison.differences.items()
        },
    }


def _ends(values: dict[str, float | None]) -> list[tuple[str, float | None]]:
    return [(name, values[name]) for name in ("value", "base", "low", "high")]
