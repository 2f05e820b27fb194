"""Where the eight players are and where they are going; no rules of the game in here."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.match import pitch
from engine.match.scene import FIELD_PLAYERS, TEAM_SIZE, Point, is_keeper, team_of

if TYPE_CHECKING:
    import random

TICKS_PER_S = 10
_ROAM_STEP = 0.45  # units per tick of a player who has nothing to do
_STEERED_STEP = 1.0
_MAX_STEP = 2.6
_CLEARANCE = 6.5  # players without a task keep this far from the ball
_SAME_PLACE = 0.1
_ROAM_TICKS = (12, 30)
_PLAYERS = 2 * TEAM_SIZE


@dataclass(frozen=True, slots=True)
class _Errand:
    """Be at `place` by `tick`."""

    place: Point
    tick: int


def distance(a: Point, b: Point) -> float:
    """Distance of two points in units of the picture."""
    return math.hypot(a[0] - b[0], a[1] - b[1])


def _toward(start: Point, end: Point, step: float) -> Point:
    length = distance(start, end)
    if length <= step:
        return end
    share = step / length
    return start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share


class Squad:
    """Moves the players of both teams, tick by tick.

    Players with an errand arrive exactly in time; the others roam around the places of their
    roles, clear of the ball; keepers follow the ball along their line. One player may be steered.
    """

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._errands: dict[int, _Errand] = {}
        self._roam: list[Point] = [pitch.CENTRE] * _PLAYERS
        self._roam_until = [0] * _PLAYERS
        self.places: list[Point] = [pitch.CENTRE] * _PLAYERS

    def line_up(self, directions: tuple[int, int], tick: int | None = None) -> None:
        """Put every player on the place of the role, at once or, given `tick`, by then."""
        for player in range(_PLAYERS):
            place = self._home(player, directions)
            if tick is None:
                self.places[player] = place
            else:
                self.send(player, place, tick)

    def send(self, player: int, place: Point, tick: int) -> None:
        """Make a player arrive at `place` at `tick`."""
        self._errands[player] = _Errand(place, tick)

    def nearest(self, place: Point, team: int, *, but: int | None = None) -> int:
        """The field player of `team` nearest to `place`, other than `but`."""
        first = team * TEAM_SIZE
        candidates = [p for p in range(first, first + FIELD_PLAYERS) if p != but]
        return min(candidates, key=lambda p: distance(self.places[p], place))

    def move(
        self,
        tick: int,
        ball: Point,
        directions: tuple[int, int],
        steered: tuple[int, Point] | None,
    ) -> None:
        """Move everyone by one tick; `steered` is a player and the direction he is pushed in."""
        for player in range(_PLAYERS):
            if steered is not None and steered[0] == player:
                self.places[player] = self._pushed(player, steered[1])
                self._errands.pop(player, None)  # what he was on his way to is far off later
            elif player in self._errands:
                self.places[player] = self._run(player, tick)
            else:
                target = self._target(player, tick, ball, directions)
                self.places[player] = _toward(self.places[player], target, _ROAM_STEP)

    def _pushed(self, player: int, push: Point) -> Point:
        x, y = self.places[player]
        return pitch.inside(x + push[0] * _STEERED_STEP, y + push[1] * _STEERED_STEP)

    def _run(self, player: int, tick: int) -> Point:
        errand = self._errands[player]
        ticks_left = errand.tick - tick
        if ticks_left <= 0:
            del self._errands[player]
            return errand.place
        step = distance(self.places[player], errand.place) / (ticks_left + 1)
        return _toward(self.places[player], errand.place, min(step, _MAX_STEP))

    def _target(self, player: int, tick: int, ball: Point, directions: tuple[int, int]) -> Point:
        if is_keeper(player):
            x, _ = self._home(player, directions)
            return x, min(max(ball[1], pitch.GOAL_TOP + 2), pitch.GOAL_BOTTOM - 2)
        if tick >= self._roam_until[player]:
            self._roam[player] = self._new_roam(player, ball, directions)
            self._roam_until[player] = tick + self._rng.randint(*_ROAM_TICKS)
        return self._clear_of(ball, self._roam[player])

    def _home(self, player: int, directions: tuple[int, int]) -> Point:
        direction = directions[team_of(player)]
        if is_keeper(player):
            return pitch.goal_x(-direction) + 1.6 * direction, pitch.CENTRE[1]
        depth = (16.0, 12.0, 7.0)[player % TEAM_SIZE]
        row = (11.0, 29.0, 20.0)[player % TEAM_SIZE]
        return pitch.CENTRE[0] - direction * depth, row

    def _new_roam(self, player: int, ball: Point, directions: tuple[int, int]) -> Point:
        home_x, home_y = self._home(player, directions)
        x = home_x + (ball[0] - pitch.CENTRE[0]) * 0.6 + self._rng.uniform(-6, 6)
        y = home_y + (ball[1] - pitch.CENTRE[1]) * 0.2 + self._rng.uniform(-5, 5)
        return pitch.inside(x, y)

    @staticmethod
    def _clear_of(ball: Point, target: Point) -> Point:
        gap = distance(ball, target)
        if gap >= _CLEARANCE:
            return target
        if gap < _SAME_PLACE:
            return pitch.inside(target[0] + _CLEARANCE, target[1])
        share = _CLEARANCE / gap
        return pitch.inside(
            ball[0] + (target[0] - ball[0]) * share, ball[1] + (target[1] - ball[1]) * share
        )
