"""Judges commentary on the built-in match against what happened.

A line is right about an event if it makes a claim of the event's kind (and zone, for a pass) within
`TOLERANCE_S` of it; each event can be claimed once. Lines that fit no event are false. Whether
team and score are right is asked of the right lines only. Silence earns nothing by itself: a
missed event counts against F1.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from engine.match.commentary import round_of
from engine.match.events import EventKind, MatchEvent
from engine.match.parsing import Claim, parse_line
from engine.match.words import Teams

TOLERANCE_S = 1.5

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


@dataclass(frozen=True, slots=True)
class HeardLine:
    """What was said in one round; `text` is empty where nothing was."""

    start_s: float
    end_s: float
    text: str

    @property
    def time_s(self) -> float:
        """The middle of the round."""
        return (self.start_s + self.end_s) / 2


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
        """Add another stream's counts."""
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
        """Add another stream's counts."""
        self.hits += other.hits
        self.of += other.of

    @property
    def value(self) -> float:
        """The share; 0 of nothing is 0."""
        return self.hits / self.of if self.of else 0.0


@dataclass(slots=True)
class MatchScore:
    """The judgement of one stretch of commentary; stretches can be added up."""

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


def judge(lines: Sequence[HeardLine], events: Sequence[MatchEvent], teams: Teams) -> MatchScore:
    """Score the rounds of a stretch against the events of the same stretch.

    Args:
        lines: One per round, silent ones too.
        events: In order of time.
        teams: Who plays.
    """
    score = MatchScore()
    open_events = list(events)
    last_text = ""
    for line in lines:
        if not line.text:
            continue
        claim = parse_line(line.text)
        event = None if claim is None else _take(claim, line.time_s, open_events)
        score.spoiled.count(hit=claim is None or (event is None and line.text == last_text))
        last_text = line.text
        if claim is not None:
            _count_claim(score, claim, event, teams)
    for event in open_events:
        score.kinds[event.kind].missed += 1
    _count_silence(score, lines, events)
    return score


def _take(claim: Claim, time_s: float, open_events: list[MatchEvent]) -> MatchEvent | None:
    """The nearest event that a claim fits, which is then no longer open."""
    fitting = [
        event
        for event in open_events
        if event.kind is claim.kind
        and event.zone == claim.zone
        and abs(event.time_s - time_s) <= TOLERANCE_S
    ]
    if not fitting:
        return None
    nearest = min(fitting, key=lambda event: abs(event.time_s - time_s))
    open_events.remove(nearest)
    return nearest


def _count_claim(
    score: MatchScore, claim: Claim, event: MatchEvent | None, teams: Teams
) -> None:
    if event is None:
        score.kinds[claim.kind].false += 1
        return
    score.kinds[event.kind].right += 1
    if event.team is not None:
        score.names.count(hit=claim.name == teams.names[event.team])
    if event.kind is EventKind.GOAL:
        told = tuple(zip(teams.names, event.score, strict=True))
        score.scores.count(hit=claim.score == told)


def _count_silence(
    score: MatchScore, lines: Iterable[HeardLine], events: Iterable[MatchEvent]
) -> None:
    """Seconds in which no event shows: how many of them were left silent."""
    eventful = {round_of(event) for event in events}
    for line in lines:
        if int(line.start_s) not in eventful:
            score.silence.count(hit=not line.text)
