"""What the renderer is given: one instant of the match as plain frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.match.events import EventKind

Point = tuple[float, float]

FIELD_PLAYERS = 3  # per team; the keeper comes after them
TEAM_SIZE = FIELD_PLAYERS + 1
CUE_S = 0.5
"""How long an event's cue shows: two frames a second see each cue exactly once."""


def team_of(player: int) -> int:
    """The team (0 or 1) of a player (0-7)."""
    return player // TEAM_SIZE


def is_keeper(player: int) -> bool:
    """True for the last player of each team."""
    return player % TEAM_SIZE == FIELD_PLAYERS


@dataclass(frozen=True, slots=True)
class Trail:
    """The way of the ball since the last kick, drawn in the kicking team's colour."""

    start: Point
    team: int
    is_shot: bool


@dataclass(frozen=True, slots=True)
class Cue:
    """The mark that an event leaves in the picture for `CUE_S` seconds."""

    kind: EventKind
    place: Point
    team: int | None
    new_match: bool = False


@dataclass(frozen=True, slots=True)
class Scene:
    """One instant. Players are in the order team 0 (3 field, keeper), team 1 (3 field, keeper)."""

    time_s: float
    players: tuple[Point, ...]
    ball: Point
    trail: Trail | None
    cue: Cue | None
