"""Is it said when it happens: a line counts only within some seconds of the reference it matches.

A line matches a reference line if they share enough of their content words; each reference line
counts once. The same is counted against a reference that is shifted in time: what a commentator
gets for saying at any time what is often said.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.evaluation.commentary.tasks import Line
from engine.evaluation.match.alignment import pair_in_order

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from engine.evaluation.commentary.tasks import Task

WITHIN_S = 5.0
FEWEST_SHARED = 0.3
"""Dice coefficient of the content words."""
LONGEST_LINE_S = 10.0
_BLOCK_S = 100.0
_SHIFT_SHARE = 0.5

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?")
_ENDS = (".", "!", "?")
_EMPTY = """
a an and are as at be been but by did do does for from had has have he her his i if in is it its of
on or she so that the their them then there they this to was we were will with you
"""
_EMPTY_WORDS = frozenset(_EMPTY.split())


@dataclass(frozen=True, slots=True)
class Timeliness:
    """How many lines were right in time.

    Attributes:
        matched: Pairs of lines.
        lines: The candidate's.
        references: People's.
    """

    matched: int = 0
    lines: int = 0
    references: int = 0

    def __add__(self, other: Timeliness) -> Timeliness:
        return Timeliness(
            self.matched + other.matched,
            self.lines + other.lines,
            self.references + other.references,
        )

    @property
    def score(self) -> float | None:
        """F1 of lines and references; None where there is neither."""
        count = self.lines + self.references
        return 2 * self.matched / count if count else None


def timeliness(task: Task, lines: Sequence[Line], within_s: float = WITHIN_S) -> Timeliness:
    """How much of what a candidate said matches in time."""
    return _score(sentences(lines), list(task.reference), within_s)


def by_chance(task: Task, lines: Sequence[Line], within_s: float = WITHIN_S) -> Timeliness:
    """The same against the reference moved by half the task, its end to the task's begin."""
    length_s = task.end_s - task.start_s
    moved: list[Line] = []
    for line in task.reference:
        start_s = task.start_s + (line.start_s - task.start_s + _SHIFT_SHARE * length_s) % length_s
        moved.append(Line(start_s, start_s + line.end_s - line.start_s, line.text))
    return _score(sentences(lines), sorted(moved), within_s)


def sentences(lines: Sequence[Line]) -> list[Line]:
    """Rounds of a second joined to what a person would call a line.

    A line ends with its sentence, with a second of silence, or when it gets too long.
    """
    joined: list[Line] = []
    for line in lines:
        last = joined[-1] if joined else None
        if last is None or _is_over(last, line):
            joined.append(line)
        else:
            joined[-1] = Line(last.start_s, line.end_s, f"{last.text} {line.text}")
    return joined


def _is_over(last: Line, following: Line) -> bool:
    pauses = following.start_s > last.end_s + 0.01
    too_long = following.end_s - last.start_s > LONGEST_LINE_S
    return pauses or too_long or last.text.endswith(_ENDS)


def _score(lines: Sequence[Line], references: Sequence[Line], within_s: float) -> Timeliness:
    said = [(line.start_s, content_words(line.text)) for line in lines]
    heard = [(line.start_s, content_words(line.text)) for line in references]
    matched, used = 0, 0
    for block in _blocks(heard):
        first_s, last_s = block[0][0] - within_s, block[-1][0] + within_s
        near = [item for item in said[used:] if first_s <= item[0] <= last_s]
        pairs = _pairs(near, block, within_s)
        if pairs:  # a line that has its reference is not there for the next block
            used = said.index(near[max(pairs)], used) + 1
        matched += len(pairs)
    return Timeliness(matched, len(lines), len(references))


def _blocks(
    heard: Sequence[tuple[float, frozenset[str]]],
) -> Iterator[list[tuple[float, frozenset[str]]]]:
    """References cut into stretches, so that pairing takes no more than linear time."""
    block: list[tuple[float, frozenset[str]]] = []
    for item in heard:
        if block and item[0] > block[0][0] + _BLOCK_S:
            yield block
            block = []
        block.append(item)
    if block:
        yield block


def _pairs(
    near: Sequence[tuple[float, frozenset[str]]],
    block: Sequence[tuple[float, frozenset[str]]],
    within_s: float,
) -> dict[int, int]:
    def distance(line: int, reference: int) -> float | None:
        apart = abs(near[line][0] - block[reference][0])
        is_alike = apart <= within_s and alike(near[line][1], block[reference][1]) >= FEWEST_SHARED
        return apart if is_alike else None

    return pair_in_order(len(near), len(block), distance)


def content_words(text: str) -> frozenset[str]:
    """The words that say something, in small letters."""
    return frozenset(word for word in _WORD.findall(text.casefold()) if word not in _EMPTY_WORDS)


def alike(one: frozenset[str], other: frozenset[str]) -> float:
    """Share of the words that both have, from 0 to 1."""
    count = len(one) + len(other)
    return 2 * len(one & other) / count if count else 0.0


def total(parts: Iterable[Timeliness]) -> Timeliness:
    """Over all tasks."""
    return sum(parts, Timeliness())
