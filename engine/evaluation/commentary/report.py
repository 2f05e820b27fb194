"""The report of an evaluation of commentary: a page, all figures as JSON, and pictures."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from engine.evaluation.commentary.description import in_words
from engine.evaluation.commentary.plots import draw_plots
from engine.evaluation.judge.prompts import PROMPTS
from engine.evaluation.markdown import model_lines, origin_line, share, table
from engine.evaluation.provenance import ModelFacts, Origin
from engine.progress import duration

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from engine.evaluation.commentary.candidates import Candidate
    from engine.evaluation.commentary.comparison import Comparison
    from engine.evaluation.commentary.datasets import Dataset
    from engine.evaluation.commentary.generation import Said
    from engine.evaluation.commentary.settings import CommentarySettings
    from engine.evaluation.commentary.tasks import Segment
    from engine.evaluation.commentary.timeliness import Timeliness
    from engine.evaluation.statistics import Interval, WinRate

REPORT, REPORT_JSON = "report.md", "report.json"
_FEW_VIDEOS = 10


class Timing(NamedTuple):
    """What was said in time, and what would be against a shifted reference."""

    right: Timeliness
    chance: Timeliness


@dataclass(frozen=True, slots=True)
class Findings:
    """All that a report tells."""

    settings: CommentarySettings
    data: Dataset
    segments: Sequence[Segment]
    said: Mapping[str, Mapping[str, Said]]
    timing: Mapping[str, Timing]
    comparisons: Sequence[Comparison]
    origin: Origin

    def origins(self) -> list[Origin]:
        """Of every piece that was spoken, and of what judged and counted."""
        return [*(Origin(**run["origin"]) for run in self._runs()), self.origin]

    def models(self) -> dict[str, ModelFacts]:
        """Our own models, by the candidate's name."""
        return {
            name: ModelFacts(**run["facts"])
            for name, tasks in self.said.items()
            for part in tasks.values()
            for run in part.runs
            if run["facts"] is not None
        }

    def words(self, name: str) -> int:
        """How much a candidate said."""
        lines = (line for part in self.said[name].values() for line in part.lines)
        return sum(len(line.text.split()) for line in lines)

    @property
    def num_videos(self) -> int:
        """From which votes come."""
        return len({segment.task.video for segment in self.segments})

    @property
    def has_course(self) -> bool:
        """Whether segments lie at different places of their video; a clip is judged as a whole."""
        return any(segment.place > 0 for segment in self.segments)

    def ended_early(self) -> dict[str, str]:
        """Why pieces ended before their time, by what they are called."""
        return {run["piece"]: run["stopped"] for run in self._runs() if run["stopped"]}

    def unanswered(self) -> list[str]:
        """Why endpoints said nothing to a piece."""
        return [run["unanswered"] for run in self._runs() if run.get("unanswered")]

    def _runs(self) -> list[dict[str, Any]]:
        return [run for tasks in self.said.values() for part in tasks.values() for run in part.runs]


def write_report(findings: Findings) -> Path:
    """Write `report.md`, `report.json` and the plots; gives the page's path."""
    folder = findings.settings.out
    plots = draw_plots(findings, folder)
    content = json.dumps(_values(findings, plots), indent=1, ensure_ascii=False, default=str)
    (folder / REPORT_JSON).write_text(content + "\n", encoding="utf-8")
    page = folder / REPORT
    page.write_text(_page(findings, plots), encoding="utf-8")
    return page


def _values(findings: Findings, plots: Sequence[str]) -> dict[str, Any]:
    settings = findings.settings
    return {
        "suite": settings.suite,
        "settings": {
            key: value
            for key, value in asdict(settings).items()
            if key not in {"candidates", "judge"}
        },
        "candidates": [_candidate_values(findings, item) for item in settings.candidates],
        "judge": _judge_values(settings),
        "data": {
            "checksums_sha256": findings.data.checksums,
            "tasks": len(findings.data.tasks),
            "segments": len(findings.segments),
            "left_out": [asdict(problem) for problem in findings.data.problems],
        },
        "ended_early": findings.ended_early(),
        "unanswered": findings.unanswered(),
        "comparisons": [_comparison_values(item) for item in findings.comparisons],
        "origins": list({origin.started: asdict(origin) for origin in findings.origins()}.values()),
        "plots": list(plots),
    }


def _candidate_values(findings: Findings, candidate: Candidate) -> dict[str, Any]:
    name = candidate.name
    facts, timing = findings.models().get(name), findings.timing.get(name)
    values: dict[str, Any] = {
        "settings": asdict(candidate),
        "in_words": in_words(candidate),
        "model": None if facts is None else asdict(facts),
        "words": findings.words(name),
        "wall_s": round(sum(part.wall_s for part in findings.said[name].values()), 3),
    }
    if timing is not None:
        values["timeliness"] = {
            **asdict(timing.right),
            "f1": timing.right.score,
            "f1_by_chance": timing.chance.score,
        }
    return values


def _judge_values(settings: CommentarySettings) -> dict[str, Any] | None:
    if settings.judge is None:
        return None
    chat, prompt = settings.judge.chat, PROMPTS[settings.judge.prompt]
    return {
        "model": chat.model,
        "endpoint": chat.endpoint,
        "temperature": chat.temperature,
        "seed": chat.seed,
        "prompt": settings.judge.prompt,
        "prompt_text": asdict(prompt),
    }


def _comparison_values(comparison: Comparison) -> dict[str, Any]:
    return {
        "first": comparison.first,
        "second": comparison.second,
        **_rate_values(comparison.rate),
        "by_fifth_of_the_video": [_rate_values(rate) for rate in comparison.fifths],
        "examples_of_unparsable": list(comparison.unparsable),
        "refusals": list(comparison.refused),
    }


def _rate_values(rate: WinRate) -> dict[str, Any]:
    return {
        "win_rate": rate.tally.win_rate,
        "share_of_all": rate.tally.share_of_all,
        **asdict(rate.tally),
        "interval_95": rate.interval,
        "length_controlled": rate.length_controlled,
        "length_controlled_interval_95": rate.length_controlled_interval,
        "videos": rate.num_groups,
        "seed": rate.seed,
    }


def _page(findings: Findings, plots: Sequence[str]) -> str:
    parts = [
        f"# {findings.settings.suite}",
        _win_rates(findings),
        _candidates(findings),
        _list("Refused by the judge's endpoint", _refusals(findings)),
        _list("Left out", (f"{each.place}: {each.what}" for each in findings.data.problems)),
        _list(
            "Ended early: silent from there on",
            (f"{piece}: {why}" for piece, why in findings.ended_early().items()),
        ),
        _list("Without an answer: silent there", findings.unanswered()),
        "## How it was made\n\n" + "\n".join(_about(findings)),
        "\n\n".join(f"![{name}]({name})" for name in plots),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _win_rates(findings: Findings) -> str:
    judge = findings.settings.judge
    if judge is None:
        return "Nothing was judged: give a judge with --judge-endpoint and --judge-model."
    head = (
        *("candidate", "against", "win rate, % of decided (95 %)", "% of all votes"),
        *("won", "lost", "ties", "unparsable", "refused"),
    )
    course = ("by fifths of the video",) if findings.has_course else ()
    controlled = ("equal length, % (95 %)",) if findings.settings.length_control else ()
    rows = [
        (*_rate_row(item), *_course(item, course), *_controlled(item, controlled))
        for item in findings.comparisons
    ]
    note = (
        f"Judge {judge.chat.model} at {judge.chat.endpoint}, temperature "
        f"{_or_its_own(judge.chat.temperature)}, seed {_or_its_own(judge.chat.seed)}, prompt "
        f"“{judge.prompt}”: {PROMPTS[judge.prompt].about}. Each "
        f"of {len(findings.segments)} segments was judged in both orders. Ties, replies that are "
        "no clear answer and questions that the endpoint refused are given to no side. The "
        f"interval is a bootstrap over {findings.num_videos} videos; fewer than {_FEW_VIDEOS} make "
        "it too narrow, and there is none for a single one. The paper's win rate is the share of "
        "all votes."
    )
    if findings.settings.length_control:
        note += (
            " At equal length: a logistic regression on the difference in words (arXiv:2404.04475);"
            " none where one text was always the longer."
        )
    return f"## Win rates\n\n{table((*head, *course, *controlled), rows)}\n\n{note}"


def _or_its_own(value: float | None) -> str:
    return "the endpoint's own" if value is None else f"{value:g}"


def _rate_row(item: Comparison) -> tuple[str, ...]:
    counted = item.rate.tally
    return (
        item.first,
        item.second,
        f"{share(counted.win_rate)}{_interval(item.rate.interval)}",
        share(counted.share_of_all),
        *map(str, (counted.wins, counted.losses, counted.ties)),
        *map(str, (counted.unparsable, counted.refused)),
    )


def _course(item: Comparison, columns: Sequence[str]) -> list[str]:
    return [" / ".join(share(rate.tally.win_rate) for rate in item.fifths) for _ in columns]


def _controlled(item: Comparison, columns: Sequence[str]) -> list[str]:
    rate = item.rate
    text = f"{share(rate.length_controlled)}{_interval(rate.length_controlled_interval)}"
    return [text for _ in columns]


def _interval(interval: Interval | None) -> str:
    return "" if interval is None else f" ({share(interval.low)} to {share(interval.high)})"


def _candidates(findings: Findings) -> str:
    rows: list[list[str]] = []
    for name in findings.said:
        timing = findings.timing.get(name)
        scores = [timing.right.score, timing.chance.score] if timing else [None, None]
        seconds = sum(part.wall_s for part in findings.said[name].values())
        spoken = [str(findings.words(name)), duration(seconds) if seconds else "-"]
        rows.append([name, *map(share, scores), *spoken])
    within = f"within {findings.settings.within_s:g} s"
    head = ("candidate", f"in time ({within}), F1 %", "by chance", "words", "took")
    note = (
        "In time: a line counts only if a reference line that shares its content words begins "
        f"{within}. By chance: the same against the reference moved by half the video."
    )
    return f"## Candidates\n\n{table(head, rows)}" + (f"\n\n{note}" if findings.timing else "")


def _refusals(findings: Findings) -> Iterator[str]:
    for item in findings.comparisons:
        for sentence in item.refused:
            yield f"{item.first} against {item.second}: {sentence}"


def _list(title: str, items: Iterable[str]) -> str:
    lines = [f"- {item}" for item in items]
    return f"## {title}\n\n" + "\n".join(lines) if lines else ""


def _about(findings: Findings) -> list[str]:
    settings = findings.settings
    scope = (
        f"from {settings.start_s:g} s on, segments of {settings.segment_s:g} s with at least "
        f"{settings.min_words} reference words"
        if settings.suite == "inf-streams"
        else "a clip each"
    )
    return [
        f"- {len(findings.data.tasks)} stretches of video, {scope}; seed {settings.seed}.",
        *(f"- Data {name}: SHA-256 {digest}." for name, digest in findings.data.checksums.items()),
        *model_lines(findings.models()),
        *(f"- Candidate {item.name}: {in_words(item)}." for item in settings.candidates),
        origin_line(findings.origins()),
    ]
