"""What is counted of commentary on a match; counts of stretches add up."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from engine.match.events import EventKind

if TYPE_CHECKING:
    from collections.abc import Iterable

GROUPS: dict[str, tuple[EventKind, ...]] = {
    "goal": (EventKind.GOAL,),
    "save, wide, out, kick-off": (
        EventKind.SAVE,
        EventKind.WIDE,
        EventKind.OUT,
        EventKind.KICK_OFF,
    ),
    "shot": (EventKind.SHOT,),
    "pass with its zone": (EventKind.PASS,),
    "tackle and interception": (EventKind.TACKLE, EventKind.INTERCEPTION),
    "half-time": (EventKind.HALF_TIME,),
}
"""Kinds that are judged together, by the group's name."""


@dataclass(slots=True)
class Counts:
    """Right lines, false lines and missed events."""

    right: int = 0
    false: int = 0
    missed: int = 0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall; 0 where there is nothing to judge."""
        total = 2 * self.right + self.false + self.missed
        return 2 * self.right / total if total else 0.0

    def add(self, other: Counts) -> None:
        """Add another stretch's counts."""
        self.right += other.right
        self.false += other.false
        self.missed += other.missed


@dataclass(slots=True)
class Share:
    """How many of how many."""

    hits: int = 0
    of: int = 0

    def count(self, *, hit: bool) -> None:
        """Take one more in."""
        self.hits += hit
        self.of += 1

    def add(self, other: Share) -> None:
        """Add another stretch's counts."""
        self.hits += other.hits
        self.of += other.of

    @property
    def value(self) -> float:
        """The share; 0 of nothing is 0."""
        return self.hits / self.of if self.of else 0.0


@dataclass(slots=True)
class MatchScore:
    """The judgement of one stretch of commentary.

    Attributes:
        kinds: Right, false and missed by kind of event.
        names: Right lines that name the acting team rightly, of those about a team's event.
        scores: Right lines about goals that tell the running score rightly.
        silence: Seconds in which no event shows that were left silent.
        spoiled: Spoken lines that fit no phrasing, or claim again what the line before them did.
    """

    kinds: dict[EventKind, Counts] = field(
        default_factory=lambda: {kind: Counts() for kind in EventKind}
    )
    names: Share = field(default_factory=Share)
    scores: Share = field(default_factory=Share)
    silence: Share = field(default_factory=Share)
    spoiled: Share = field(default_factory=Share)

    def group(self, name: str) -> Counts:
        """The counts of a group of kinds."""
        total = Counts()
        for kind in GROUPS[name]:
            total.add(self.kinds[kind])
        return total

    @property
    def all_kinds(self) -> Counts:
        """The counts of all kinds together."""
        total = Counts()
        for counts in self.kinds.values():
            total.add(counts)
        return total

    def add(self, other: MatchScore) -> None:
        """Add another stretch."""
        for kind, counts in other.kinds.items():
            self.kinds[kind].add(counts)
        self.names.add(other.names)
        self.scores.add(other.scores)
        self.silence.add(other.silence)
        self.spoiled.add(other.spoiled)


def sum_up(scores: Iterable[MatchScore]) -> MatchScore:
    """The score of several stretches together."""
    total = MatchScore()
    for score in scores:
        total.add(score)
    return total
