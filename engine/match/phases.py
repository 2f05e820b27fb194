"""What is going on in the match right now; times are ticks of the simulation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.match.events import EventKind
    from engine.match.scene import Point


@dataclass(frozen=True, slots=True)
class Restart:
    """A player walks to the dead ball and plays on at `until`."""

    until: int
    player: int
    kick_off: bool = False


@dataclass(frozen=True, slots=True)
class Hold:
    """The owner dribbles; at `until` he is tackled or kicks."""

    until: int
    owner: int
    tackler: int | None = None


@dataclass(frozen=True, slots=True)
class Flight:
    """The ball is in the air from `since` to `until`."""

    since: int
    until: int
    kicker: int
    start: Point
    end: Point
    outcome: EventKind


@dataclass(frozen=True, slots=True)
class Pause:
    """Nothing is played; then `team` restarts at `place`, with a kick-off if that is the centre."""

    until: int
    team: int
    place: Point


Phase = Restart | Hold | Flight | Pause
