"""Small data in the public formats, made of the built-in match: to prove the pipeline, not a model.

The questions are about events that the simulator knows, so every answer is true; the videos are
real files. A folder holds `ovobench/`, `longvideobench/`, `videomme/` and `mvbench/`.
"""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.errors import DataError
from engine.evaluation.questions.mvbench import PLACES
from engine.match import EventKind, MatchStream, Zone
from engine.match.commentary import round_of
from engine.match.export import ExportSettings, export_matches

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from engine.match import MatchEvent, Teams

_KINDS = tuple(kind.value for kind in EventKind)
_ZONES = tuple(zone.value for zone in Zone)
_SHORT_S = 10.0
_NO_MINIMUM = 2


@dataclass(frozen=True, slots=True)
class _Story:
    """What happened in a match, as far as its video shows it."""

    video: str
    seconds: int
    teams: Teams
    events: tuple[MatchEvent, ...]

    def known_s(self, event: MatchEvent) -> float:
        """When an event has been seen for sure: at the end of its second."""
        return round_of(event) + 1.0

    def until(self, time_s: float) -> list[MatchEvent]:
        """Events that have been seen by then."""
        return [event for event in self.events if self.known_s(event) <= time_s]


def write_proof(seed: int, seconds: int, folder: Path, say: Callable[[str], None]) -> None:
    """Write one match's video and questions about it in all formats.

    Raises:
        DataError: The folder cannot be written to, or too little happens in so short a match.
    """
    export_matches([seed], ExportSettings(seconds=seconds), folder / "videos", say)
    story = _tell(seed, seconds)
    if len(story.events) < _NO_MINIMUM:
        raise DataError(f"nothing happens in {seconds} s of match {seed}; make it longer")
    rng = random.Random(f"questions {seed}")
    video = folder / "videos" / story.video
    _put(folder / "ovobench", "src_videos", video, {"ovo_bench_new.json": _ovobench(story, rng)})
    _put(folder / "longvideobench", "videos", video, {"lvb_val.json": _longvideo(story, rng)})
    _put(folder / "videomme", "data", video, {"test.jsonl": _videomme(story, rng)})
    task = "action_sequence"
    place = f"video/{PLACES[task][0]}"
    _put(folder / "mvbench", place, video, {f"json/{task}.json": _mvbench(story, rng)})
    say(f"questions about {video} are in {folder}")


def _tell(seed: int, seconds: int) -> _Story:
    match = MatchStream(seed)
    match.scene_at(float(seconds))
    events = [event for event in match.events_until(seconds) if round_of(event) < seconds]
    return _Story(f"match-{seed}.mp4", seconds, match.teams, tuple(events))


def _put(folder: Path, place: str, video: Path, files: dict[str, list[Any]]) -> None:
    """Write a suite's folder; its video is the one that all share."""
    try:
        (folder / place).mkdir(parents=True, exist_ok=True)
        link = folder / place / video.name
        link.unlink(missing_ok=True)
        link.hardlink_to(video)
        for name, records in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(_dump(path, records), encoding="utf-8")
    except OSError as error:
        raise DataError(f"cannot write to {folder}: {error.strerror}") from error


def _dump(path: Path, records: list[Any]) -> str:
    if path.suffix == ".jsonl":
        return "".join(json.dumps(record) + "\n" for record in records)
    return json.dumps(records, indent=1) + "\n"


def _options(right: str, others: Sequence[str], rng: random.Random) -> tuple[list[str], int]:
    """Up to four options in a random order, and the place of the right one."""
    wrong = [other for other in dict.fromkeys(others) if other != right]
    options = [right, *rng.sample(wrong, min(3, len(wrong)))]
    rng.shuffle(options)
    return options, options.index(right)


def _ovobench(story: _Story, rng: random.Random) -> list[Any]:
    """All twelve tasks."""
    last = story.events[-1]
    known_s = story.known_s(last)
    team = 0 if last.team is None else last.team
    name, colour = story.teams.names[team], story.teams.colours[team]
    zones = [event for event in story.events if event.zone is not None] or [last]
    zone = zones[-1].zone.value if zones[-1].zone is not None else _ZONES[0]
    first, second = story.events[0], story.events[1]
    asked: list[tuple[str, str, str, Sequence[str], float]] = [
        ("OCR", f"How many goals has {name} scored?", str(last.score[team]), "0123", known_s),
        ("ACR", "What has just happened?", last.kind.value, _KINDS, known_s),
        ("ATR", f"Which colour does {name} wear?", colour, story.teams.colours, known_s),
        ("STU", "Where was the last pass received?", zone, _ZONES, story.known_s(zones[-1])),
        ("FPD", "What will happen next?", second.kind.value, _KINDS, story.known_s(first)),
        ("OJR", "Which team was that?", name, story.teams.names, known_s),
        ("EPM", "What happened first in the match?", first.kind.value, _KINDS, known_s),
        ("ASI", "What came after the first event?", second.kind.value, _KINDS, known_s),
        ("HLD", "Who was sent off?", "nobody", ["nobody", *story.teams.names], known_s),
    ]
    records: list[Any] = []
    for number, (task, question, right, others, ask_s) in enumerate(asked):
        options, place = _options(right, others, rng)
        what = {"question": question, "options": options, "gt": place, "realtime": ask_s}
        records.append({"id": number, "task": task, "video": story.video, **what})
    return [*records, *_forward(story, len(records))]


def _forward(story: _Story, number: int) -> list[Any]:
    """The three tasks that are asked at several times."""
    times = sorted({story.known_s(event) for event in story.events})
    first_s = story.known_s(story.events[0])
    counts = [
        {"realtime": time_s, "count": sum(e.kind == EventKind.PASS for e in story.until(time_s))}
        for time_s in times
    ]
    kind = story.events[0].kind.value
    steps = [
        {"step": f"the match's first {kind}", "realtime": time_s, "type": int(time_s == first_s)}
        for time_s in times[:2]
    ]
    clues = [
        {"realtime": 1.0, "type": int(first_s <= 1.0)},
        {"realtime": times[-1], "type": 1},
    ]
    base = {"video": story.video}
    question = f"Has there been a {kind}?"
    return [
        {**base, "id": number, "task": "REC", "activity": "pass the ball", "test_info": counts},
        {**base, "id": number + 1, "task": "SSR", "test_info": steps},
        {**base, "id": number + 2, "task": "CRR", "question": question, "test_info": clues},
    ]


def _longvideo(story: _Story, rng: random.Random) -> list[Any]:
    records: list[Any] = []
    for number, kind in enumerate(dict.fromkeys(event.kind for event in story.events)):
        happened = sum(event.kind == kind for event in story.events)
        near = [str(max(0, happened + step)) for step in (-2, -1, 1, 2, 3)]
        options, right = _options(str(happened), near, rng)
        records.append(
            {
                "id": f"match_{number}",
                "video_id": story.video.removesuffix(".mp4"),
                "video_path": story.video,
                "question": f"How often was there a {kind.value}?",
                "question_category": "S2E" if number % 2 else "T2O",
                "candidates": options,
                "correct_choice": right,
                "duration_group": 15 if story.seconds <= _SHORT_S else 60,
                "duration": story.seconds,
            }
        )
    return records


def _videomme(story: _Story, rng: random.Random) -> list[Any]:
    records: list[Any] = []
    for number, (name, colour) in enumerate(
        zip(story.teams.names, story.teams.colours, strict=True)
    ):
        options, right = _options(colour, ["red", "blue", "white", "black", colour], rng)
        records.append(
            {
                "video_id": "001",
                "duration": "short",
                "domain": "Sports Competition",
                "sub_category": "Football",
                "videoID": story.video.removesuffix(".mp4"),
                "question_id": f"001-{number + 1}",
                "task_type": "Attribute Perception",
                "question": f"Which colour does the team {name} wear?",
                "options": [f"{'ABCD'[place]}. {text}" for place, text in enumerate(options)],
                "answer": "ABCD"[right],
            }
        )
    return records


def _mvbench(story: _Story, rng: random.Random) -> list[Any]:
    """Stretches that end with an event's second."""
    records: list[Any] = []
    for event in story.events[:4]:
        options, _ = _options(event.kind.value, _KINDS, rng)
        records.append(
            {
                "video": story.video,
                "question": "What has happened in this stretch of the match?",
                "candidates": options,
                "answer": event.kind.value,
                "start": max(0.0, story.known_s(event) - 2),
                "end": story.known_s(event),
            }
        )
    return records
