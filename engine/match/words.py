"""The commentator: introductions and the phrasings of every event.

Every phrasing names the kit's colour just before the team's name, so that the name can be looked
up in the introduction by what is seen; names and score are never in the picture. A phrasing is a
template with the fields `team` ("red Falcons"), `zone`, `score` ("red 2, blue 1"). The score goes
by colours, of which there are few enough for a small model to count by, and begins with the acting
team: at a goal its number is the one that grew. It is told again at kick-offs, saves and misses, so
that the last score is never far back for whoever counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.match.events import EventKind, MatchEvent

if TYPE_CHECKING:
    import random

COLOURS = ("red", "blue", "yellow", "black", "pink", "cyan")
NAMES = (
    "Falcons", "Sharks", "Tigers", "Wolves", "Eagles", "Lions", "Bears", "Hawks",
    "Bulls", "Foxes", "Ravens", "Vipers", "Comets", "Rovers", "Giants", "Knights",
)  # fmt: skip

INTRODUCTIONS = (
    "Welcome! The {team} play the {other}.",
    "Today the {team} meet the {other}.",
    "Good evening, it is the {team} against the {other}.",
    "A new game: the {team} face the {other}.",
)

PHRASINGS: dict[EventKind, tuple[str, ...]] = {
    EventKind.KICK_OFF: (
        "Kick-off by the {team}. It is {score}.",
        "The {team} kick off. It is {score}.",
    ),
    EventKind.PASS: (
        "Pass by the {team}, {zone}.",
        "The {team} pass it {zone}.",
        "Good ball from the {team}, {zone}.",
        "Here are the {team}, {zone}.",
    ),
    EventKind.INTERCEPTION: (
        "Intercepted by the {team}!",
        "The {team} cut it out.",
        "Read well by the {team}!",
    ),
    EventKind.TACKLE: (
        "Tackle by the {team}!",
        "The {team} win the tackle.",
        "Strong challenge, ball to the {team}.",
    ),
    EventKind.SHOT: (
        "Shot by the {team}!",
        "The {team} shoot!",
        "They let fly, the {team}!",
    ),
    EventKind.SAVE: (
        "Saved by the {team} keeper! It is {score}.",
        "The {team} keeper stops it. It is {score}.",
        "Great stop, {team} keeper! It is {score}.",
    ),
    EventKind.WIDE: (
        "Wide by the {team}. It is {score}.",
        "The {team} miss the goal. It is {score}.",
        "Off target, the {team}. It is {score}.",
    ),
    EventKind.OUT: (
        "Out of play off the {team}.",
        "The {team} put it out.",
        "Over the line off the {team}.",
    ),
    EventKind.GOAL: (
        "Goal for the {team}! It is {score}.",
        "The {team} score! It is {score}.",
        "It is in! The {team}! It is {score}.",
    ),
    EventKind.HALF_TIME: (
        "Half-time. It is {score}.",
        "The whistle goes for half-time. It is {score}.",
    ),
}

NEW_MATCH = "New match, the {team} kick off. It is {score}."

TELLING_SCORE = frozenset(
    kind
    for kind, templates in PHRASINGS.items()
    if all("{score}" in template for template in templates)
)
"""Kinds of event whose lines tell the running score, however they are phrased."""


@dataclass(frozen=True, slots=True)
class Teams:
    """Names and kit colours of team 0 and team 1."""

    names: tuple[str, str]
    colours: tuple[str, str]

    def full_name(self, team: int) -> str:
        """Colour and name: "red Falcons"."""
        return f"{self.colours[team]} {self.names[team]}"

    def score(self, goals: tuple[int, int], first: int = 0) -> str:
        """The running score in words, team `first` before the other: "red 2, blue 1"."""
        other = 1 - first
        return f"{self.colours[first]} {goals[first]}, {self.colours[other]} {goals[other]}"


def choose_teams(rng: random.Random) -> Teams:
    """Two different names in two different colours."""
    first, second = rng.sample(NAMES, 2)
    red, blue = rng.sample(COLOURS, 2)
    return Teams((first, second), (red, blue))


def introduction(teams: Teams, rng: random.Random) -> str:
    """The only text that says which team wears which colour."""
    template = rng.choice(INTRODUCTIONS)
    return template.format(team=teams.full_name(0), other=teams.full_name(1))


def line_for(event: MatchEvent, teams: Teams, rng: random.Random) -> str:
    """One line about an event, in one of its phrasings."""
    template = NEW_MATCH if event.new_match else rng.choice(PHRASINGS[event.kind])
    return template.format(
        team="" if event.team is None else teams.full_name(event.team),
        zone="" if event.zone is None else event.zone.value,
        score=teams.score(event.score, event.team or 0),
    )
