"""One candidate against another: the votes, the win rate, and whether it lasts over a video."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.evaluation.commentary.tasks import TimedWords
from engine.evaluation.judge.judging import Pair
from engine.evaluation.statistics import WinRate, win_rate

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from engine.evaluation.commentary.tasks import Line, Segment
    from engine.evaluation.judge.judging import OrderedVote

FIFTHS = 5


@dataclass(frozen=True, slots=True)
class Comparison:
    """What the judge said of two candidates.

    Attributes:
        first, second: Their names; the win rate is the first's.
        rate: Over all segments.
        fifths: By the part of the video that a segment begins in.
        unparsable: Some replies that were no clear answer, for people to look at.
        refused: Which questions the endpoint refused, and why.
    """

    first: str
    second: str
    rate: WinRate
    fifths: tuple[WinRate, ...]
    unparsable: tuple[str, ...]
    refused: tuple[str, ...] = ()


def pairs_of(
    segments: Sequence[Segment],
    first: Mapping[str, Sequence[Line]],
    second: Mapping[str, Sequence[Line]],
) -> list[Pair]:
    """What two candidates said to each segment; lines by task."""
    ours = {name: TimedWords(lines) for name, lines in first.items()}
    theirs = {name: TimedWords(lines) for name, lines in second.items()}

    def words(said: Mapping[str, TimedWords], segment: Segment) -> str:
        return " ".join(said[segment.task.name].between(segment.start_s, segment.end_s))

    return [
        Pair(
            segment.task.video,
            f"{segment.task.name} {segment.label}",
            words(ours, segment),
            words(theirs, segment),
            segment.reference,
        )
        for segment in segments
    ]


def compare(
    names: tuple[str, str],
    segments: Sequence[Segment],
    judged: Sequence[OrderedVote],
    *,
    seed: int,
    length_control: bool,
) -> Comparison:
    """Sum up the votes on segments, of which each has one in either order."""
    votes = [item.vote for item in judged]
    fifths = [min(FIFTHS - 1, int(FIFTHS * segment.place)) for segment in segments for _ in "ab"]
    by_fifth = (
        [vote for vote, place in zip(votes, fifths, strict=True) if place == fifth]
        for fifth in range(FIFTHS)
    )
    unclear = [item.reply for item in judged if item.vote.outcome == "unparsable" and item.reply]
    return Comparison(
        *names,
        win_rate(votes, seed=seed, length_control=length_control),
        tuple(win_rate(part, seed=seed) for part in by_fifth),
        tuple(dict.fromkeys(unclear))[:3],
        tuple(item.refusal for item in judged if item.refusal),
    )
