"""Reads the two public formats, and lists what is wrong with them instead of hiding it.

Inf-Streams-Eval: one JSON object a line, `{"video": ..., "title": ..., "content": [[start, end,
text], ...]}`, a game each. LiveSports-3K-CC: one object a line with `video_id`, `video` (its file),
`event_id`, `begin`, `end`, `event_title`, the reference in `event_asr_text` (or `gt_asr`), and in
`preasr_text` what was said before.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from engine.data.frames import video_duration_s
from engine.errors import DataError
from engine.evaluation.commentary.tasks import Line, Task, joined
from engine.evaluation.provenance import file_digest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Form = TypeVar("Form", bound=BaseModel)

GAMES, EVENTS = "metadata.jsonl", "events.jsonl"
VIDEO_SUFFIXES = ("", ".mp4", ".mkv", ".webm", ".mov", ".avi")


@dataclass(frozen=True, slots=True)
class Problem:
    """Data that was left out: where it stands, and why."""

    place: str
    what: str


@dataclass(slots=True)
class Dataset:
    """What was read.

    Attributes:
        tasks: What can be evaluated.
        problems: What was left out.
        checksums: SHA-256 of the metadata and of every video that is used, by name.
    """

    tasks: list[Task] = field(default_factory=list[Task])
    problems: list[Problem] = field(default_factory=list[Problem])
    checksums: dict[str, str] = field(default_factory=dict[str, str])


class _Game(BaseModel):
    """One line of Inf-Streams-Eval."""

    video: str
    title: str = ""
    content: list[tuple[float, float, str]]


class _Event(BaseModel):
    """One line of LiveSports-3K-CC."""

    model_config = ConfigDict(coerce_numbers_to_str=True)

    video: str | None = None
    video_id: str | None = None
    event_id: str
    begin: float
    end: float
    event_title: str | None = None
    event_asr_text: str | None = None
    gt_asr: str | None = None
    preasr_text: str | None = None

    @property
    def file_name(self) -> str:
        return self.video or self.video_id or ""

    @property
    def source(self) -> str:
        """The video as other models' words name it."""
        return self.video_id or self.video or ""

    @property
    def said(self) -> str:
        return (self.event_asr_text or self.gt_asr or "").strip()


def find_metadata(data: Path, usual: str) -> Path:
    """The metadata: the file itself, the one with the usual name, or a folder's only one.

    Raises:
        DataError: There is none, or more than one.
    """
    if data.is_file():
        return data
    if (data / usual).is_file():
        return data / usual
    found = [path for path in sorted(data.glob("*.jsonl")) if not path.stem.endswith("_seeks")]
    if len(found) != 1:
        names = ", ".join(path.name for path in found) or "none"
        raise DataError(f"{data} must hold one .jsonl file, it holds {names}; name it with --data")
    return found[0]


def read_games(data: Path, start_s: float, max_s: float | None = None) -> Dataset:
    """Whole games, each to be commented on from `start_s` to its end, or for `max_s`.

    Raises:
        DataError: The metadata cannot be read.
    """
    reader = _Reader(find_metadata(data, GAMES))
    for place, game in reader.forms(_Game):
        video = reader.video(place, game.video, game.video)
        if video is None:
            continue
        path, end_s = video
        if end_s - start_s < 1:
            reader.report(place, f"lasts {end_s:.0f} s, the start is at {start_s:g} s")
            continue
        end_s = end_s if max_s is None else min(end_s, start_s + max_s)
        lines = reader.lines(place, game)
        before = [line for line in lines if line.end_s <= start_s]
        within = tuple(line for line in lines if start_s < line.end_s and line.start_s < end_s)
        checksum = reader.checksum(game.video, path)
        reader.dataset.tasks.append(
            Task(
                game.video,
                game.video,
                path,
                game.title,
                start_s,
                end_s,
                previous=joined(before),
                reference=within,
                checksum=checksum,
            )
        )
    return reader.dataset


def read_events(data: Path) -> Dataset:
    """Clips with what was said in them.

    Raises:
        DataError: The metadata cannot be read.
    """
    reader = _Reader(find_metadata(data, EVENTS))
    for place, event in reader.forms(_Event):
        name = f"{event.source}_{event.event_id}"
        video = reader.video(place, event.file_name, name)
        if video is None:
            continue
        path, lasts_s = video
        if event.end <= event.begin:
            reader.report(place, f"ends at {event.end:g} s, before it starts at {event.begin:g} s")
        elif not event.said:
            reader.report(place, "has no reference")
        elif event.begin + 1 > lasts_s:
            reader.report(place, f"starts at {event.begin:g} s, its video lasts {lasts_s:.1f} s")
        else:
            end_s = min(event.end, lasts_s)
            said = (Line(event.begin, event.end, event.said),)
            checksum = reader.checksum(event.source, path)
            reader.dataset.tasks.append(
                Task(
                    name,
                    event.source,
                    path,
                    event.event_title or "",
                    event.begin,
                    end_s,
                    previous=event.preasr_text or "",
                    reference=said,
                    checksum=checksum,
                )
            )
    return reader.dataset


class _Reader:
    """Goes through a metadata file; what is wrong ends up among the problems."""

    def __init__(self, metadata: Path) -> None:
        self._metadata = metadata
        self._names: set[str] = set()
        self.dataset = Dataset()
        try:
            self.dataset.checksums[metadata.name] = file_digest(metadata)
        except OSError as error:
            raise DataError(f"cannot read {metadata}: {error.strerror}") from error

    def forms(self, form: type[Form]) -> Iterator[tuple[str, Form]]:
        """Place and content of each line that has the form."""
        with self._metadata.open("rb") as file:
            for number, line in enumerate(file, start=1):
                place = f"{self._metadata.name}, line {number}"
                if not line.strip():
                    continue
                try:
                    yield place, form.model_validate_json(line)
                except ValidationError as error:
                    fault = error.errors(include_url=False)[0]
                    where = ".".join(str(part) for part in fault["loc"])
                    self.report(place, f"{where}: {fault['msg']}" if where else fault["msg"])

    def report(self, place: str, what: str) -> None:
        """Leave something out, and say so."""
        self.dataset.problems.append(Problem(place, what))

    def video(self, place: str, video: str, name: str) -> tuple[Path, float] | None:
        """File and length of a video; None if it cannot be used or `name` was there before."""
        if name in self._names:
            self.report(place, f"{name!r} was there before")
            return None
        self._names.add(name)
        path = self._find(video)
        if path is None:
            self.report(place, f"there is no video {video!r} in {self._metadata.parent}")
            return None
        try:
            return path, video_duration_s(path)
        except DataError as error:
            self.report(place, str(error))
            return None

    def lines(self, place: str, game: _Game) -> list[Line]:
        """The sound lines of a game, in order of time."""
        lines: list[Line] = []
        for index, (start_s, end_s, text) in enumerate(game.content):
            if not (math.isfinite(start_s) and math.isfinite(end_s)) or end_s < start_s:
                what = f"entry {index} ends at {end_s:g} s, before it starts at {start_s:g} s"
                self.report(place, what)
            elif text.strip():
                lines.append(Line(start_s, end_s, text.strip()))
        return sorted(lines)

    def checksum(self, video: str, path: Path) -> str:
        """The checksum of a video that is used, computed once and kept with the data."""
        known = self.dataset.checksums
        if video not in known:
            known[video] = file_digest(path)
        return known[video]

    def _find(self, video: str) -> Path | None:
        for folder in (self._metadata.parent, self._metadata.parent / "videos"):
            for suffix in VIDEO_SUFFIXES:
                path = folder / f"{video}{suffix}"
                if video and path.is_file():
                    return path
        return None
