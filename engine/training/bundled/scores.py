"""Made-up scores: where counting is learnt, which real matches ask for rarely.

One event of eighteen is a goal in a match, so that counting is learnt late there and forgotten
early. In a `GoalLog` a commentary is written without a simulator: any number of goals, any number
of other lines between them, matches that end and begin again as the simulator's do. A `Retelling`
keeps the events of a real match, but for the score, and supposes others that would tell one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from engine.match.commentary import SpokenLine
from engine.match.events import EventKind, MatchEvent, Zone
from engine.match.simulator import GOALS_TO_WIN
from engine.match.words import TELLING_SCORE, Teams, line_for

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator

Score = tuple[int, int]

_HALF_TIME_SHARE = 0.15
_MATCH_BEFORE_SHARE = 0.5
_LEAP_SHARE = 0.4  # of scores that are told without a goal
_OTHER_KINDS = tuple(
    kind
    for kind in EventKind
    if kind not in {EventKind.GOAL, EventKind.HALF_TIME, EventKind.KICK_OFF}
)
_SUPPOSED = (EventKind.GOAL, EventKind.GOAL, EventKind.KICK_OFF, EventKind.SAVE, EventKind.WIDE)


@dataclass(slots=True)
class GoalLog:
    """Lines of made-up matches between `teams`, without times.

    Attributes:
        most_between: How many other lines there are between two goals at most.
        score: Where the match stands.
    """

    teams: Teams
    rng: random.Random
    most_between: int
    score: Score = (0, 0)

    def lines(self, scorers: list[int]) -> Iterator[SpokenLine]:
        """All lines up to the last goal: a new match, and each goal by the team in `scorers`."""
        yield self._line(EventKind.KICK_OFF, new_match=True)
        for index, team in enumerate(scorers):
            if max(self.score) == GOALS_TO_WIN:
                self.score = (0, 0)
                yield self._line(EventKind.KICK_OFF, new_match=True)
            elif index:
                yield self._line(EventKind.KICK_OFF, 1 - scorers[index - 1])
            for _ in range(self.rng.randint(0, self.most_between)):
                yield self._line(self.rng.choice(_OTHER_KINDS))
            if self.rng.random() < _HALF_TIME_SHARE:
                yield self._line(EventKind.HALF_TIME)
            home, away = self.score
            self.score = (home + 1, away) if team == 0 else (home, away + 1)
            yield self._line(EventKind.GOAL, team)

    def _line(
        self, kind: EventKind, team: int | None = None, *, new_match: bool = False
    ) -> SpokenLine:
        if team is None and kind is not EventKind.HALF_TIME:
            team = self.rng.randrange(2)
        zone = self.rng.choice(list(Zone)) if kind is EventKind.PASS else None
        event = MatchEvent(0.0, kind, team, self.score, zone, new_match)
        return SpokenLine(0, line_for(event, self.teams, self.rng), event)


@dataclass(frozen=True, slots=True)
class Told:
    """An event with another score, and whether it follows from what was told before."""

    event: MatchEvent
    is_foreseeable: bool


class Retelling:
    """A match's events in order, told with a score that leaps now and then.

    In a match all old scores agree with the last one but for the goals between them, so that a
    small model reads several and is right more often than not. After a leap only the last one is
    right. A leap itself cannot be foreseen, and is not to be learnt. It comes after a goal only:
    what a new match's 0-0 leads to is asked for as often as in a real match.

    Goals grow the told score, which may be won before the match is over, or after it: that another
    one begins is to be seen, not counted, or a stream that has once miscounted would never be right
    again.

    Args:
        rng: Draws when the score leaps, and where to.
        leaps: Whether it leaps before it has grown beyond the words for it.

    Attributes:
        score: What was told last.
    """

    def __init__(self, rng: random.Random, *, leaps: bool = True) -> None:
        self._rng = rng
        self._leap_share = _LEAP_SHARE if leaps else 0.0
        self.score: Score = (0, 0)

    def retell(self, event: MatchEvent) -> Told:
        """The next event."""
        may_leap = event.kind in TELLING_SCORE and any(self.score)
        leaps = may_leap and self._rng.random() < self._leap_share
        if event.new_match:
            self.score, leaps = (0, 0), False
        elif event.kind is EventKind.GOAL:
            self.score = self._grown(event.team)
            leaps = max(self.score) > GOALS_TO_WIN  # for which there is no word
        if leaps:
            self.score = self._rng.randrange(GOALS_TO_WIN), self._rng.randrange(GOALS_TO_WIN)
        return Told(replace(event, score=self.score), is_foreseeable=not leaps)

    def suppose(self) -> MatchEvent:
        """An event that might come next and would tell the score, which follows from the last."""
        kind, team = self._rng.choice(_SUPPOSED), self._rng.randrange(2)
        score = self._grown(team) if kind is EventKind.GOAL else self.score
        if max(score) > GOALS_TO_WIN:  # for which there is no word
            kind, score = EventKind.WIDE, self.score
        return MatchEvent(0.0, kind, team, score)

    def _grown(self, team: int | None) -> Score:
        home, away = self.score
        return (home + 1, away) if team == 0 else (home, away + 1)


def scorers_to(score: Score, rng: random.Random) -> list[int]:
    """Who scored, in order, in a match that stands at `score`, and perhaps in one before it."""
    scorers: list[int] = []
    if any(score) and rng.random() < _MATCH_BEFORE_SHARE:
        winner, lost = rng.randrange(2), rng.randrange(GOALS_TO_WIN)
        goals = [winner] * (GOALS_TO_WIN - 1) + [1 - winner] * lost
        rng.shuffle(goals)
        scorers = [*goals, winner]
    goals = [0] * score[0] + [1] * score[1]
    rng.shuffle(goals)
    if max(score) == GOALS_TO_WIN:  # the winner's last goal is the match's last
        winner = int(score[1] == GOALS_TO_WIN)
        goals.remove(winner)
        goals.append(winner)
    return scorers + goals
