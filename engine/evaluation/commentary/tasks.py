"""What is to be commented on, and the reference: stretches of videos with people's timed words."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

_TOLERANCE_S = 1e-6  # sums of decimal fractions of a second miss a border by less


class Line(NamedTuple):
    """Something said; seconds of the video."""

    start_s: float
    end_s: float
    text: str


@dataclass(frozen=True, slots=True)
class Task:
    """A stretch of a video to comment on.

    Attributes:
        name: Unique in the data.
        video: The video's name; votes on one video belong together.
        path: Its file.
        title: What the data calls it.
        start_s, end_s: The stretch.
        previous: What people said before it.
        reference: What people said in it.
        checksum: SHA-256 of the video's file.
    """

    name: str
    video: str
    path: Path
    title: str
    start_s: float
    end_s: float
    previous: str
    reference: tuple[Line, ...]
    checksum: str


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a task that is judged as one."""

    task: Task
    start_s: float
    end_s: float
    reference: str

    @property
    def label(self) -> str:
        """Where it lies, for people."""
        return f"{self.start_s:g}-{self.end_s:g} s"

    @property
    def place(self) -> float:
        """How far into its task it begins, from 0 to 1."""
        return (self.start_s - self.task.start_s) / (self.task.end_s - self.task.start_s)


class TimedWords:
    """Lines as words with the time at which each ends, the line's time spread evenly over them.

    A word belongs to the stretch in which it ends; on a border, to the earlier one.
    """

    def __init__(self, lines: Iterable[Line]) -> None:
        words = sorted(_words(lines), key=lambda item: item[0])
        self._ends = [end for end, _ in words]
        self._words = [word for _, word in words]

    def between(self, start_s: float, end_s: float) -> list[str]:
        """The words of the stretch (start_s, end_s]."""
        first = bisect_right(self._ends, start_s + _TOLERANCE_S)
        return self._words[first : bisect_right(self._ends, end_s + _TOLERANCE_S)]


def segments_of(task: Task, length_s: float | None, min_words: int) -> list[Segment]:
    """The parts of a task whose reference has enough words; None takes the task as one part."""
    words = TimedWords(task.reference)
    segments: list[Segment] = []
    for start_s, end_s in cut(task.start_s, task.end_s, length_s):
        reference = words.between(start_s, end_s)
        if len(reference) >= max(1, min_words):
            segments.append(Segment(task, start_s, end_s, " ".join(reference)))
    return segments


def cut(start_s: float, end_s: float, length_s: float | None) -> Iterator[tuple[float, float]]:
    """Begin and end of each part of a stretch; the last may be shorter."""
    if length_s is None:
        yield start_s, end_s
        return
    index = 0
    while start_s + index * length_s < end_s - _TOLERANCE_S:
        begin = start_s + index * length_s
        yield begin, min(begin + length_s, end_s)
        index += 1


def joined(lines: Sequence[Line]) -> str:
    """All that was said, as one text."""
    return " ".join(line.text for line in lines)


def _words(lines: Iterable[Line]) -> Iterator[tuple[float, str]]:
    for line in lines:
        words = line.text.split()
        step = (line.end_s - line.start_s) / max(1, len(words))
        for index, word in enumerate(words, start=1):
            yield line.start_s + index * step, word
