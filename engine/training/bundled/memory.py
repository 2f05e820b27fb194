"""What a clip remembers of the play before it: all of it, or a random part, as a cache would keep.

A stream that has run for long keeps its first text (the sink) and its newest; in between is a gap.
Training on gaps of many sizes makes all of them familiar and keeps most clips short. The newest
part always reaches back to the last line with a score: without it the score could only be guessed.
What came before that line can be made up: matches that are mostly goals, so that counting is
learnt, and kept, while seeing is learnt.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.match.events import EventKind, MatchEvent
from engine.match.simulator import GOALS_TO_WIN
from engine.match.words import TELLING_SCORE
from engine.training.bundled.scores import GoalLog, Score, scorers_to

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence

    from engine.match.commentary import SpokenLine
    from engine.match.words import Teams

_WHOLE_SHARE = 0.25
_MOST_FIRST_LINES, _MOST_NEWEST_LINES = 6, 24
_MOST_BETWEEN = (0, 1, 3, 8, 20)  # other lines between two made-up goals


def remembered(
    introduction: str, lines: Sequence[SpokenLine], _teams: Teams, *, rng: random.Random
) -> str:
    """Previous text for rounds that come after `lines`."""
    kept = list(lines) if rng.random() < _WHOLE_SHARE else _with_gap(lines, rng)
    return _text(introduction, kept)


def last_score(introduction: str, lines: Sequence[SpokenLine], _teams: Teams) -> str:
    """The shortest previous text from which the next line can be said: who plays, and the score."""
    index = _last_score(lines)
    return _text(introduction, lines[index : index + 1])


def made_up(
    introduction: str, lines: Sequence[SpokenLine], teams: Teams, *, rng: random.Random
) -> str:
    """Previous text in which the lines before the last score are made up, and mostly goals."""
    index = _last_score(lines)
    if index == len(lines):
        return _text(introduction, lines)
    scorers = scorers_to(_score_before(lines[index].event, rng), rng)
    log = GoalLog(teams, rng, rng.choice(_MOST_BETWEEN))
    return _text(introduction, [*log.lines(scorers), *lines[index:]])


def _text(introduction: str, lines: Sequence[SpokenLine]) -> str:
    return " ".join([introduction, *(line.text for line in lines)])


def _score_before(event: MatchEvent, rng: random.Random) -> Score:
    """The score before an event that tells one; before a new match it is any that ends a match."""
    if event.new_match:
        lost = rng.randrange(GOALS_TO_WIN)
        return (GOALS_TO_WIN, lost) if rng.randrange(2) else (lost, GOALS_TO_WIN)
    home, away = event.score
    if event.kind is not EventKind.GOAL:
        return home, away
    return (home - 1, away) if event.team == 0 else (home, away - 1)


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
        if lines[index].event.kind in TELLING_SCORE:
            return index
    return len(lines)
