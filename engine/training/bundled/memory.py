"""What a clip remembers of the play before it: all of it, or a random part, as a cache would keep.

A stream that has run for long keeps its first text (the sink) and its newest; in between is a gap.
Training on gaps of many sizes makes all of them familiar and keeps most clips short. The newest
part always reaches back to the last line with a score: without it the score could only be guessed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.match.events import EventKind

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence

    from engine.match.commentary import SpokenLine

_WHOLE_SHARE = 0.25
_MOST_FIRST_LINES, _MOST_NEWEST_LINES = 6, 24


def remembered(introduction: str, lines: Sequence[SpokenLine], rng: random.Random) -> str:
    """Previous text for rounds that come after `lines`."""
    kept = list(lines) if rng.random() < _WHOLE_SHARE else _with_gap(lines, rng)
    return " ".join([introduction, *(line.text for line in kept)])


def last_score(introduction: str, lines: Sequence[SpokenLine]) -> str:
    """The shortest previous text from which the next line can be said: who plays, and the score."""
    index = _last_score(lines)
    return " ".join([introduction, *(line.text for line in lines[index : index + 1])])


def _with_gap(lines: Sequence[SpokenLine], rng: random.Random) -> list[SpokenLine]:
    first = rng.randint(0, _MOST_FIRST_LINES)
    newest = len(lines) - rng.randint(0, _MOST_NEWEST_LINES)
    newest = max(0, min(newest, _last_score(lines)))
    if newest <= first:
        return list(lines)
    return [*lines[:first], *lines[newest:]]


def _last_score(lines: Sequence[SpokenLine]) -> int:
    """Index of the last line that tells a score; their number where none does."""
    for index in range(len(lines) - 1, -1, -1):
        event = lines[index].event
        if event.new_match or event.kind in {EventKind.GOAL, EventKind.HALF_TIME}:
            return index
    return len(lines)
