"""Judges commentary on the built-in match against what happened.

A line is right about an event if it makes a claim of the event's kind (and zone, for a pass) within
`TOLERANCE_S` of it; each event can be claimed once. Lines that claim what fits no event are false;
those that claim nothing, since they cannot be read, are of no kind and counted as spoiled. Whether
team and score are right is asked of the right lines only. Silence earns nothing by itself: a
missed event counts against F1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.evaluation.match.alignment import pair_in_order
from engine.evaluation.match.score import MatchScore
from engine.match.commentary import round_of
from engine.match.events import EventKind, MatchEvent
from engine.match.parsing import Claim, parse_line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from engine.match.words import Teams

TOLERANCE_S = 1.5


@dataclass(frozen=True, slots=True)
class HeardLine:
    """What was said in one round; `text` is blank where nothing was."""

    start_s: float
    end_s: float
    text: str

    @property
    def time_s(self) -> float:
        """The middle of the round."""
        return (self.start_s + self.end_s) / 2

    @property
    def is_spoken(self) -> bool:
        """Whether anything was said."""
        return bool(self.text.strip())


@dataclass(frozen=True, slots=True)
class _Claimed:
    """A claim and the line that makes it; `index` is that of its round."""

    index: int
    line: HeardLine
    claim: Claim


@dataclass(frozen=True, slots=True)
class _Shown:
    """An event, its index among the others, and that of the round in which its cue shows."""

    index: int
    round_index: int
    event: MatchEvent


def judge_rounds(
    lines: Sequence[HeardLine], events: Sequence[MatchEvent], teams: Teams
) -> list[MatchScore]:
    """Score each round of a stream; the scores of any stretch of rounds add up to its own.

    A right claim counts in the round in which its event shows, as a missed event does, so that a
    line that comes late is not torn from its event where a stretch ends.

    Args:
        lines: One per second of the stream in order, silent ones too.
        events: In order of time; those whose cues show in these seconds.
        teams: Who plays.
    """
    scores = [MatchScore() for _ in lines]
    shown = [
        _Shown(index, round_of(event) - int(lines[0].start_s), event)
        for index, event in enumerate(events)
    ]
    claims = {index: parse_line(line.text) for index, line in enumerate(lines) if line.is_spoken}
    right = _right_claims(lines, claims, shown)
    for place in shown:
        _count_event(scores[place.round_index], place.event, right.get(place.index), teams)
    _count_lines(scores, claims, {said.index for said in right.values()})
    for index in set(range(len(lines))) - {place.round_index for place in shown}:
        scores[index].silence.count(hit=not lines[index].is_spoken)
    return scores


def _right_claims(
    lines: Sequence[HeardLine], claims: Mapping[int, Claim | None], shown: Sequence[_Shown]
) -> dict[int, _Claimed]:
    """Claims that are right, by the index of their event."""
    by_topic: dict[object, tuple[list[_Claimed], list[_Shown]]] = {}
    for place in shown:
        topic = (place.event.kind, place.event.zone)
        by_topic.setdefault(topic, ([], []))[1].append(place)
    for index, claim in claims.items():
        if claim is not None and (claim.kind, claim.zone) in by_topic:
            said = _Claimed(index, lines[index], claim)
            by_topic[claim.kind, claim.zone][0].append(said)
    return {
        event: said
        for claimed, happened in by_topic.values()
        for event, said in _pair(claimed, happened).items()
    }


def _pair(claimed: Sequence[_Claimed], happened: Sequence[_Shown]) -> dict[int, _Claimed]:
    pairs = pair_in_order(
        len(claimed), len(happened), lambda said, event: _distance(claimed[said], happened[event])
    )
    return {happened[event].index: claimed[said] for said, event in pairs.items()}


def _distance(said: _Claimed, shown: _Shown) -> float | None:
    """Rounds from where an event shows to a line on its topic; None where the line is not on it."""
    if said.claim.new_match and not shown.event.new_match:
        return None
    apart_s = abs(shown.event.time_s - said.line.time_s)
    return None if apart_s > TOLERANCE_S else float(abs(said.index - shown.round_index))


def _count_event(score: MatchScore, event: MatchEvent, said: _Claimed | None, teams: Teams) -> None:
    if said is None:
        score.kinds[event.kind].missed += 1
        return
    claim = said.claim
    score.kinds[event.kind].right += 1
    if event.team is not None:
        acting = (teams.colours[event.team], teams.names[event.team])
        score.names.count(hit=(claim.colour, claim.name) == acting)
    if event.kind is EventKind.GOAL:
        goals = dict(zip(teams.colours, event.score, strict=True))
        score.scores.count(hit=claim.score is not None and dict(claim.score) == goals)


def _count_lines(
    scores: Sequence[MatchScore], claims: Mapping[int, Claim | None], right: set[int]
) -> None:
    """Count false and spoiled lines, each in its own round."""
    before: Claim | None = None
    for index, claim in claims.items():
        is_false = claim is not None and index not in right
        if claim is not None and is_false:
            scores[index].kinds[claim.kind].false += 1
        scores[index].spoiled.count(hit=claim is None or (is_false and claim == before))
        before = claim
