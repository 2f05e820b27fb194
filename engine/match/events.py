"""What can happen in the match, and where: the vocabulary that simulator, words and judge share."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class EventKind(StrEnum):
    """Kinds of event; each has its own visible cue and its own phrasings."""

    KICK_OFF = "kick-off"
    PASS = "pass"
    INTERCEPTION = "interception"
    TACKLE = "tackle"
    SHOT = "shot"
    SAVE = "save"
    WIDE = "wide"
    OUT = "out"
    GOAL = "goal"
    HALF_TIME = "half-time"


class Zone(StrEnum):
    """Where a pass is received: thirds of the pitch's length, halves of its width."""

    TOP_LEFT = "top left"
    TOP_CENTRE = "top centre"
    TOP_RIGHT = "top right"
    BOTTOM_LEFT = "bottom left"
    BOTTOM_CENTRE = "bottom centre"
    BOTTOM_RIGHT = "bottom right"


@dataclass(frozen=True, slots=True)
class MatchEvent:
    """One event of the match, the truth that commentary is judged by.

    Attributes:
        time_s: When its cue appears, seconds from the start of the stream.
        team: 0 or 1 in the order of the introduction: who did it (for a save the keeper's team,
            for a ball out of play the team that touched it last); None at half-time.
        zone: Where a pass was received, else None.
        score: Goals of team 0 and team 1 after the event.
        new_match: True for the kick-off that starts another match at 0-0.
    """

    time_s: float
    kind: EventKind
    team: int | None
    score: tuple[int, int]
    zone: Zone | None = None
    new_match: bool = False
