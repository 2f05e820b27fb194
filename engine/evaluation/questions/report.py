"""The page, the numbers and the picture of a suite of questions."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from engine.evaluation.markdown import model_lines, origin_line, share, table
from engine.evaluation.questions.catalogue import SUITES
from engine.evaluation.questions.plot import draw
from engine.evaluation.questions.scores import Score, Tally, score
from engine.progress import duration

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from engine.evaluation.provenance import ModelFacts, Origin
    from engine.evaluation.questions.items import Fault
    from engine.evaluation.questions.scores import Outcome
    from engine.evaluation.questions.settings import Mode, QuestionSettings

PLOT = "accuracy.png"


@dataclass(frozen=True, slots=True)
class Row:
    """One model in one mode, on all questions.

    Attributes:
        origins: Of the runs that answered them.
        seconds: That all answers took.
        most_cache_tokens: The largest cache.
    """

    model: str
    mode: Mode
    facts: ModelFacts
    origins: tuple[Origin, ...]
    outcomes: tuple[Outcome, ...]
    seconds: float
    most_cache_tokens: int

    @property
    def label(self) -> str:
        """As the report calls it."""
        return f"{self.model}, {self.mode}"


@dataclass(frozen=True, slots=True)
class Report:
    """All that is reported.

    Attributes:
        checksums: Of the data, by file name.
    """

    settings: QuestionSettings
    rows: tuple[Row, ...]
    faults: tuple[Fault, ...]
    checksums: Mapping[str, str]


def write_report(report: Report) -> Path:
    """Write report.md, report.json and the picture; gives the page's path."""
    out = report.settings.out
    scores = {row.label: score(row.outcomes) for row in report.rows}
    draw(scores, SUITES[report.settings.suite].title, out / PLOT)
    (out / "report.json").write_text(
        json.dumps(_json(report, scores), indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    page = out / "report.md"
    page.write_text(_page(report, scores), encoding="utf-8")
    return page


def _json(report: Report, scores: Mapping[str, Score]) -> dict[str, Any]:
    settings = report.settings
    return {
        "suite": settings.suite,
        "settings": {
            **asdict(settings),
            "data": str(settings.data),
            "out": str(settings.out),
            "streaming": asdict(settings.streaming),
        },
        "checksums": dict(report.checksums),
        "faults": [asdict(fault) for fault in report.faults],
        "rows": [_row_json(row, scores[row.label]) for row in report.rows],
        "plots": [PLOT],
    }


def _row_json(row: Row, found: Score) -> dict[str, Any]:
    return {
        "model": row.model,
        "mode": row.mode,
        "facts": asdict(row.facts),
        "origins": [asdict(origin) for origin in row.origins],
        "seconds": round(row.seconds, 2),
        "most_cache_tokens": row.most_cache_tokens,
        "total": _tally(found.total),
        "mean_of_groups": found.mean_of_groups,
        "groups": {
            group: {
                "mean_of_tasks": found.group_mean(group),
                "tasks": {task: _tally(tally) for task, tally in tasks.items()},
            }
            for group, tasks in found.tasks.items()
        },
    }


def _tally(tally: Tally) -> dict[str, Any]:
    return {"accuracy": tally.accuracy, **asdict(tally)}


def _page(report: Report, scores: Mapping[str, Score]) -> str:
    settings, suite = report.settings, SUITES[report.settings.suite]
    base, tuned, what = suite.paper
    sections = [
        f"# {suite.title}",
        "\n".join(_about(report)),
        f"## Results\n\n{_results(report.rows, scores)}\n\n"
        "Accuracy in percent; a group is the mean of its tasks. A reply that gives no clear answer "
        "is not right and is counted under unparsable; questions that could not be put do not "
        "count.",
        f"![Accuracy by task]({PLOT})",
        f"## The paper's number\n\nStandard mode, {what}: base model {base}, tuned {tuned} "
        "(arXiv:2510.09608). Prompts and frame sampling here are this program's own; the streaming "
        "mode has no counterpart in the paper.",
        _faults(report),
        "## Data\n\n"
        + table(("file", "SHA-256; of videos size and both ends"), report.checksums.items()),
    ]
    if settings.limit == len(report.rows[0].outcomes):
        sections.insert(2, f"**Only {settings.limit} questions were asked: this is no result.**")
    return "\n\n".join(sections) + "\n"


def _about(report: Report) -> Iterator[str]:
    settings = report.settings
    limits = f"{settings.fps:g} frames a second, {settings.max_frames} at most"
    begin = "with the video" if settings.lead_s is None else f"{settings.lead_s:g} s before"
    before = "comments freely" if settings.speaks else "is kept silent"
    stream = settings.streaming
    yield f"- *standard*: frames sampled evenly, in one prompt ({limits})."
    yield (
        f"- *streaming*: into the bounded cache second by second ({stream.sample_fps:g} frames a "
        f"second, {stream.vision_window_rounds} s of pictures, sink {stream.sink_tokens} tokens); "
        f"the stream begins {begin}; until it is asked the model {before}."
    )
    yield "- Greedy decoding, so there is no seed; no subtitles."
    yield from model_lines({row.model: row.facts for row in report.rows})
    yield origin_line([origin for row in report.rows for origin in row.origins])
    yield from (
        f"- {row.label}: {duration(row.seconds)} for {len(row.outcomes)} questions, at most "
        f"{row.most_cache_tokens} cached tokens."
        for row in report.rows
    )


def _results(rows: Sequence[Row], scores: Mapping[str, Score]) -> str:
    found = [scores[row.label] for row in rows]
    lines: list[tuple[str, ...]] = []
    for group, tasks in found[0].tasks.items():
        for task in tasks:
            cells = (_cell(each.tasks[group][task]) for each in found)
            lines.append((group, task, *cells))
        lines.append((f"**{group}**", "mean", *(share(each.group_mean(group)) for each in found)))
    lines += [
        ("**mean of groups**", "", *(share(each.mean_of_groups) for each in found)),
        ("**all questions**", "", *(_cell(each.total) for each in found)),
        ("unparsable", "", *(str(each.total.unparsable) for each in found)),
        ("could not be put", "", *(str(each.total.failed) for each in found)),
    ]
    return table(("group", "task", *(row.label for row in rows)), lines)


def _cell(tally: Tally) -> str:
    unclear = f", {tally.unparsable} unparsable" if tally.unparsable else ""
    return f"{share(tally.accuracy)} ({tally.right}/{tally.asked}{unclear})"


def _faults(report: Report) -> str:
    """What was wrong with the data, video by video and record by record."""
    lines = [
        f"- {fault.where}: {fault.what} ({'left out' if fault.left_out else 'asked'})"
        for fault in report.faults
    ]
    lines += dict.fromkeys(
        f"- {outcome.question.id}: {outcome.failed} (could not be put)"
        for row in report.rows
        for outcome in row.outcomes
        if outcome.failed
    )
    return "## Faults in the data\n\n" + ("\n".join(lines) or "None was found.")
