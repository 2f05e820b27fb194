"""The tokens of a context in order: their ids, and which segment each belongs to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from engine.cache.segments import Piece, Segment, SegmentKind, SegmentRange

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


@dataclass(frozen=True, slots=True)
class Kept:
    """Tokens that survive an eviction: slots `start` to `stop`, half-open.

    `moved_to` names the kind that they become, None where they stay what they are.
    """

    start: int
    stop: int
    moved_to: SegmentKind | None = None


class Layout:
    """A context in plain integers.

    Attributes:
        ids: Vocabulary ids in order.
        segments: What they are, in the same order, together as long.
    """

    def __init__(self) -> None:
        self.ids: list[int] = []
        self.segments: list[Segment] = []

    def __len__(self) -> int:
        return len(self.ids)

    def append(self, piece: Piece, round_index: int | None) -> None:
        """Put a piece's tokens behind the others."""
        self.ids.extend(piece.ids)
        self._add(piece.in_round(round_index))

    def append_all(self, pieces: Sequence[Piece], round_index: int | None) -> None:
        """Put several pieces behind the others."""
        for piece in pieces:
            self.append(piece, round_index)

    def drop_last(self, num_tokens: int) -> None:
        """Take the last tokens away."""
        self.keep([Kept(0, len(self) - num_tokens)])

    def replace_first(self, piece: Piece) -> None:
        """Put `piece` in the place of the first segment."""
        old = self.segments[0].length
        self.ids[:old] = piece.ids
        self.segments[0] = piece.in_round(None)

    def keep(self, kept: Sequence[Kept]) -> None:
        """Keep the given ranges, in the given order, and nothing else."""
        pieces = [(part, list(self._slice(part))) for part in _joined(kept)]
        self.ids = [token for part, _ in pieces for token in self.ids[part.start : part.stop]]
        self.segments = []
        for _, segments in pieces:
            for segment in segments:
                self._add(segment)

    def ranges(self) -> Iterator[SegmentRange]:
        """The segments with their places."""
        start = 0
        for segment in self.segments:
            stop = start + segment.length
            yield SegmentRange(segment.kind, segment.round_index, start, stop)
            start = stop

    def tail(self, start: int) -> list[Segment]:
        """The segments of the tokens from slot `start` on."""
        return list(self._slice(Kept(start, len(self))))

    def _slice(self, part: Kept) -> Iterator[Segment]:
        start = 0
        for segment in self.segments:
            stop = start + segment.length
            length = min(stop, part.stop) - max(start, part.start)
            if length > 0:
                yield _cut(segment, length, part.moved_to)
            start = stop

    def _add(self, segment: Segment) -> None:
        if not segment.length:
            return
        last = self.segments[-1] if self.segments else None
        if last and _joins(last, segment):
            self.segments[-1] = replace(last, length=last.length + segment.length)
        else:
            self.segments.append(segment)


def _cut(segment: Segment, length: int, moved_to: SegmentKind | None) -> Segment:
    if moved_to is not None:
        return Segment(moved_to, None, length)
    grid = segment.grid if length == segment.length else None
    return replace(segment, length=length, grid=grid)


def _joins(last: Segment, following: Segment) -> bool:
    same = last.kind == following.kind and last.round_index == following.round_index
    return same and last.grid is None and following.grid is None


def slots(kept: Sequence[Kept], stop: int) -> list[tuple[int, int]]:
    """The kept slots below `stop` as ranges in order, neighbours joined."""
    below = (Kept(part.start, min(part.stop, stop)) for part in kept)
    return [(part.start, part.stop) for part in _joined(below)]


def _joined(kept: Iterable[Kept]) -> list[Kept]:
    """The same tokens in as few ranges as possible."""
    ranges: list[Kept] = []
    for part in kept:
        if part.start >= part.stop:
            continue
        last = ranges[-1] if ranges else None
        if last and last.stop == part.start and last.moved_to == part.moved_to:
            ranges[-1] = Kept(last.start, part.stop, part.moved_to)
        else:
            ranges.append(part)
    return ranges
