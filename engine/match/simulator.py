"""The rules: a small football match that goes on for ever, deterministic by its seed.

The match is a chain of phases (restart, hold, flight, pause); each tick moves the players and ends
the phase when its time has come. Events are at least `MIN_GAP_S` apart, so that a second of the
stream never holds two, and goals are never more than about 90 s apart, so that the running score
stays within the memory of a bounded cache. A match ends at `GOALS_TO_WIN`; another one between
the same teams follows at once.
"""

from __future__ import annotations

import random

from engine.match import pitch
from engine.match.events import EventKind, MatchEvent
from engine.match.phases import Flight, Hold, Pause, Phase, Restart
from engine.match.scene import (
    CUE_S,
    FIELD_PLAYERS,
    TEAM_SIZE,
    Cue,
    Point,
    Scene,
    Trail,
    is_keeper,
    team_of,
)
from engine.match.squad import TICKS_PER_S, Squad, distance

MIN_GAP_S = 1.0
GOALS_TO_WIN = 3
STEERED_PLAYER = 0

_HALF_S = (60.0, 100.0)
_DROUGHT_S = 45.0  # without a goal for so long, attackers shoot more often
_URGENCY_S = 60.0  # without a goal for so long, every attacker shoots and scores
_TACKLE_REACH = 2.2
_INTERCEPTION_SHARE, _OUT_SHARE, _TACKLE_SHARE = 0.15, 0.07, 0.16
_SHOOTING, _SHOOTING_IN_DROUGHT = 0.5, 0.7
_GOAL_SHARE, _SAVE_SHARE = 0.48, 0.28  # of shots; the others go wide
_FORWARD_SHARE, _ACROSS_SHARE = 0.6, 0.25  # of passes; the others go back
_ATTACKING_COLUMN, _LAST_COLUMN = 2, 2
_HALF = 0.5
_BALL_SPEED = 26.0  # units per second


def _ticks(seconds: float) -> int:
    return max(1, round(seconds * TICKS_PER_S))


class Match:
    """The running match.

    `advance` plays one tick of 0.1 s and returns the event that happened in it, if any; `scene`
    is what can be seen now.
    """

    def __init__(self, seed: int) -> None:
        self._rng = random.Random(seed)
        self._tick = 0
        self._directions = (1, -1) if self._coin() else (-1, 1)
        self._score = (0, 0)
        self._first_team = self._rng.randrange(2)
        self._new_match = True
        self._last_event = 0
        self._last_goal = 0
        self._half_time_at: int | None = None
        self._squad = Squad(self._rng)
        self._squad.line_up(self._directions)
        self._ball: Point = pitch.CENTRE
        self._trail: Trail | None = None
        self._cue: tuple[Cue, int] | None = None
        self._steering: Point | None = None
        self._phase: Phase = self._kick_off_phase(self._first_team, 1.5)

    @property
    def time_s(self) -> float:
        """Time of the current instant."""
        return self._tick / TICKS_PER_S

    def steer(self, push: Point | None) -> None:
        """Push the steered player in a direction of length at most 1; None gives him back."""
        self._steering = push

    def kick(self) -> None:
        """Let the steered player kick now, if he has the ball and the last event is over."""
        phase = self._phase
        if isinstance(phase, Hold) and phase.owner == STEERED_PLAYER and self._gap_over():
            self._phase = Hold(self._tick, phase.owner)

    def scene(self) -> Scene:
        """What can be seen at the current instant."""
        cue = self._cue[0] if self._cue is not None else None
        return Scene(self.time_s, tuple(self._squad.places), self._ball, self._trail, cue)

    def advance(self) -> MatchEvent | None:
        """Play one tick."""
        self._tick += 1
        self._clear_cue()
        steered = None if self._steering is None else (STEERED_PLAYER, self._steering)
        self._squad.move(self._tick, self._ball, self._directions, steered)
        match self._phase:
            case Restart() as phase:
                return self._play_restart(phase)
            case Hold() as phase:
                return self._play_hold(phase)
            case Flight() as phase:
                return self._play_flight(phase)
            case Pause() as phase:
                return self._play_pause(phase)

    # --- phases -------------------------------------------------------------------------------

    def _play_restart(self, phase: Restart) -> MatchEvent | None:
        if self._tick < phase.until:
            return None
        self._phase = self._hold(phase.player, extra_s=0.6 if phase.kick_off else 0.0)
        if not phase.kick_off:
            return None
        new_match, self._new_match = self._new_match, False
        if new_match:
            self._half_time_at = self._tick + _ticks(self._rng.uniform(*_HALF_S))
            self._last_goal = self._tick
        return self._happens(EventKind.KICK_OFF, team_of(phase.player), new_match=new_match)

    def _play_hold(self, phase: Hold) -> MatchEvent | None:
        self._ball = self._at_feet(phase.owner)
        tackler = self._steered_tackler(phase.owner)
        if tackler is not None:
            return self._tackle(tackler)
        if self._tick < phase.until:
            return None
        if phase.tackler is not None:
            return self._tackle(phase.tackler)
        if self._half_time_at is not None and self._tick >= self._half_time_at:
            return self._half_time()
        return self._kick(phase.owner)

    def _play_flight(self, phase: Flight) -> MatchEvent | None:
        share = (self._tick - phase.since) / (phase.until - phase.since)
        self._ball = (
            phase.start[0] + (phase.end[0] - phase.start[0]) * share,
            phase.start[1] + (phase.end[1] - phase.start[1]) * share,
        )
        if self._tick < phase.until:
            return None
        self._ball = phase.end
        match phase.outcome:
            case EventKind.GOAL:
                return self._goal(team_of(phase.kicker))
            case EventKind.SAVE:
                return self._save(1 - team_of(phase.kicker))
            case EventKind.WIDE | EventKind.OUT:
                return self._dead_ball(phase)
            case _:
                return self._receive(phase)

    def _play_pause(self, phase: Pause) -> None:
        if self._tick < phase.until:
            return
        if phase.place == pitch.CENTRE:
            self._phase = self._kick_off_phase(phase.team, 2.0)
            return
        keeper = phase.team * TEAM_SIZE + FIELD_PLAYERS
        behind = not pitch.LEFT < phase.place[0] < pitch.RIGHT
        if behind:
            player, place = keeper, self._squad.places[keeper]
        else:
            player, place = self._squad.nearest(phase.place, phase.team), self._onto(phase.place)
        self._ball = place
        until = self._tick + _ticks(1.2)
        self._squad.send(player, place, until)
        self._phase = Restart(until, player)

    # --- what happens -------------------------------------------------------------------------

    def _kick(self, owner: int) -> MatchEvent | None:
        team = team_of(owner)
        if not is_keeper(owner) and self._may_shoot(owner):
            return self._shoot(owner, team)
        roll = self._rng.random()
        if roll < _OUT_SHARE and not is_keeper(owner):
            self._kick_out(owner)
        elif roll < _OUT_SHARE + _INTERCEPTION_SHARE:
            self._pass(owner, 1 - team)
        else:
            self._pass(owner, team)
        return None

    def _pass(self, owner: int, receiving_team: int) -> None:
        place = self._pass_target(owner)
        receiver = self._squad.nearest(place, receiving_team, but=owner)
        seconds = max(
            0.6,
            distance(self._ball, place) / _BALL_SPEED,
            distance(self._squad.places[receiver], place) / 20.0,
        )
        outcome = EventKind.PASS if receiving_team == team_of(owner) else EventKind.INTERCEPTION
        flight = self._fly(owner, place, seconds, outcome)
        self._squad.send(receiver, place, flight.until)

    def _kick_out(self, owner: int) -> None:
        x = self._squad.places[owner][0] + self._rng.uniform(-7, 7)
        x = min(max(x, pitch.LEFT + 3), pitch.RIGHT - 3)
        y = pitch.TOP - 1.0 if self._ball[1] < pitch.CENTRE[1] else pitch.BOTTOM + 1.0
        self._fly(owner, (x, y), 0.8, EventKind.OUT)

    def _shoot(self, owner: int, team: int) -> MatchEvent:
        direction = self._directions[team]
        line = pitch.goal_x(direction)
        roll = self._rng.random()
        certain = self._since_goal_s > _URGENCY_S
        if certain or roll < _GOAL_SHARE:
            end = (line + 1.6 * direction, self._rng.uniform(16.5, 23.5))
            outcome = EventKind.GOAL
        elif roll < _GOAL_SHARE + _SAVE_SHARE:
            end = (line - 1.6 * direction, self._rng.uniform(16.0, 24.0))
            outcome = EventKind.SAVE
        else:
            gap = self._rng.uniform(3.5, 7.0)
            y = pitch.GOAL_TOP - gap if self._coin() else pitch.GOAL_BOTTOM + gap
            end = (line + 1.4 * direction, y)
            outcome = EventKind.WIDE
        flight = self._fly(owner, end, self._rng.uniform(1.1, 1.3), outcome)
        if outcome is EventKind.SAVE:
            self._squad.send((1 - team) * TEAM_SIZE + FIELD_PLAYERS, end, flight.until)
        return self._happens(EventKind.SHOT, team)

    def _fly(self, kicker: int, end: Point, seconds: float, outcome: EventKind) -> Flight:
        # One tick is added because the tick of the kick itself does not move the ball.
        until = self._tick + _ticks(seconds) + 1
        until = max(until, self._last_event + _ticks(MIN_GAP_S))
        flight = Flight(self._tick, until, kicker, self._ball, end, outcome)
        is_shot = outcome in {EventKind.GOAL, EventKind.SAVE, EventKind.WIDE}
        self._trail = Trail(self._ball, team_of(kicker), is_shot)
        self._phase = flight
        return flight

    def _receive(self, phase: Flight) -> MatchEvent:
        team = team_of(phase.kicker)
        own = self._squad.nearest(phase.end, team, but=phase.kicker)
        other = self._squad.nearest(phase.end, 1 - team)
        places = self._squad.places
        taken = distance(places[other], phase.end) < distance(places[own], phase.end)
        receiver = other if taken else own
        self._phase = self._hold(receiver)
        if taken:
            return self._happens(EventKind.INTERCEPTION, 1 - team)
        return self._happens(EventKind.PASS, team)

    def _tackle(self, tackler: int) -> MatchEvent:
        self._phase = self._hold(tackler, extra_s=0.4)
        return self._happens(EventKind.TACKLE, team_of(tackler))

    def _goal(self, team: int) -> MatchEvent:
        home, away = self._score
        self._score = (home + 1, away) if team == 0 else (home, away + 1)
        self._last_goal = self._tick
        event = self._happens(EventKind.GOAL, team)
        kicking = 1 - team
        if max(self._score) == GOALS_TO_WIN:
            self._score, self._new_match = (0, 0), True
            self._first_team = 1 - self._first_team
            kicking = self._first_team
        self._phase = Pause(self._tick + _ticks(2.5), kicking, pitch.CENTRE)
        return event

    def _save(self, team: int) -> MatchEvent:
        self._phase = self._hold(team * TEAM_SIZE + FIELD_PLAYERS, extra_s=0.4)
        return self._happens(EventKind.SAVE, team)

    def _dead_ball(self, phase: Flight) -> MatchEvent:
        team = team_of(phase.kicker)
        self._phase = Pause(self._tick + _ticks(1.2), 1 - team, phase.end)
        return self._happens(phase.outcome, team)

    def _half_time(self) -> MatchEvent:
        self._half_time_at = None
        self._directions = (-self._directions[0], -self._directions[1])
        self._phase = Pause(self._tick + _ticks(1.5), 1 - self._first_team, pitch.CENTRE)
        return self._happens(EventKind.HALF_TIME, None)

    def _happens(
        self,
        kind: EventKind,
        team: int | None,
        *,
        new_match: bool = False,
    ) -> MatchEvent:
        self._last_event = self._tick
        cue = Cue(kind, self._ball, team, new_match)
        self._cue = (cue, self._tick + _ticks(CUE_S))
        zone = pitch.zone_at(*self._ball) if kind is EventKind.PASS else None
        return MatchEvent(self.time_s, kind, team, self._score, zone, new_match)

    # --- small questions ----------------------------------------------------------------------

    def _clear_cue(self) -> None:
        if self._cue is not None and self._tick >= self._cue[1]:
            self._cue = None
            if not isinstance(self._phase, Flight):
                self._trail = None

    def _kick_off_phase(self, team: int, seconds: float) -> Restart:
        self._ball = pitch.CENTRE
        self._trail = None
        until = self._tick + _ticks(seconds)
        self._squad.line_up(self._directions, until)
        player = team * TEAM_SIZE + FIELD_PLAYERS - 1
        self._squad.send(player, (pitch.CENTRE[0] - self._directions[team] * 1.4, 20.0), until)
        return Restart(until, player, kick_off=True)

    def _hold(self, owner: int, extra_s: float = 0.0) -> Hold:
        seconds = self._rng.uniform(0.7, 1.9) + extra_s
        tackled = not is_keeper(owner) and self._rng.random() < _TACKLE_SHARE
        # A shot or a tackle is an event of its own and must keep its distance from the last one.
        until = self._tick + _ticks(max(seconds, MIN_GAP_S))
        x, y = self._squad.places[owner]
        self._squad.send(owner, self._dribble_target(owner, x, y), until)
        if not tackled:
            return Hold(until, owner)
        tackler = self._squad.nearest((x, y), 1 - team_of(owner))
        self._squad.send(tackler, pitch.seen(x + 1.6, y + 1.2), until)
        return Hold(until, owner, tackler)

    def _dribble_target(self, owner: int, x: float, y: float) -> Point:
        if is_keeper(owner):
            return x, y
        direction = self._directions[team_of(owner)]
        return (
            min(max(x + direction * self._rng.uniform(0, 4), pitch.LEFT + 3), pitch.RIGHT - 3),
            min(max(y + self._rng.uniform(-2, 2), pitch.TOP + 3), pitch.BOTTOM - 3),
        )

    def _steered_tackler(self, owner: int) -> int | None:
        if self._steering is None or team_of(owner) == team_of(STEERED_PLAYER):
            return None
        places = self._squad.places
        near = distance(places[STEERED_PLAYER], places[owner]) < _TACKLE_REACH
        return STEERED_PLAYER if near and not is_keeper(owner) and self._gap_over() else None

    def _pass_target(self, owner: int) -> Point:
        column, row = self._pass_zone(owner)
        middle_x, middle_y = pitch.zone_middle(column, row)
        reach_x, reach_y = pitch.ZONE_REACH
        return (
            middle_x + self._rng.uniform(-reach_x, reach_x),
            middle_y + self._rng.uniform(-reach_y, reach_y),
        )

    def _pass_zone(self, owner: int) -> tuple[int, int]:
        x, y = self._squad.places[owner]
        column, row = pitch.column_of(x), int(y >= pitch.CENTRE[1])
        direction = self._directions[team_of(owner)]
        forward = min(_LAST_COLUMN, max(0, column + direction))
        roll = self._rng.random()
        if roll < _FORWARD_SHARE and forward != column:
            return forward, self._rng.randrange(2)
        back = column - direction
        if roll < _FORWARD_SHARE + _ACROSS_SHARE or not 0 <= back <= _LAST_COLUMN:
            return column, 1 - row
        return back, self._rng.randrange(2)

    def _may_shoot(self, owner: int) -> bool:
        return self._depth(owner) == _ATTACKING_COLUMN and self._rng.random() < self._shooting

    def _coin(self) -> bool:
        return self._rng.random() < _HALF

    def _depth(self, player: int) -> int:
        column = pitch.column_of(self._squad.places[player][0])
        return column if self._directions[team_of(player)] > 0 else _LAST_COLUMN - column

    @property
    def _shooting(self) -> float:
        if self._since_goal_s > _URGENCY_S:
            return 1.0
        return _SHOOTING_IN_DROUGHT if self._since_goal_s > _DROUGHT_S else _SHOOTING

    @property
    def _since_goal_s(self) -> float:
        return (self._tick - self._last_goal) / TICKS_PER_S

    def _gap_over(self) -> bool:
        return self._tick - self._last_event >= _ticks(MIN_GAP_S)

    def _at_feet(self, owner: int) -> Point:
        x, y = self._squad.places[owner]
        return x + 1.3 * self._directions[team_of(owner)], y + 0.8

    @staticmethod
    def _onto(place: Point) -> Point:
        return place[0], min(max(place[1], pitch.TOP + 0.8), pitch.BOTTOM - 0.8)
