"""Names for the parts of a context, in tokens."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

Grid = tuple[int, int, int]
"""Vision tokens of a clip along time, height and width, after the tower's merging."""


class SegmentKind(StrEnum):
    """What consecutive tokens of a context are.

    A context is, with S, E the start and end markers of a turn and N a newline:

    SYSTEM `S system N ... E N`, PREVIOUS_HEAD `S previous text N`, PREVIOUS_TEXT its content,
    PREVIOUS_TAIL `E N`; then per round USER_HEAD `S user N`, TIME `Time=0.0-1.0s`, VISION (both
    markers included), QUESTION, USER_TAIL `E N`, REPLY_HEAD `S assistant N`, REPLY the words,
    MARKER the silence marker and whatever else follows the words, REPLY_TAIL `E N`. Some families
    want a clip as one VISION for each of its temporal patches, with a STAMP `<0.2 seconds>` before
    each.
    """

    SYSTEM = "system"
    PREVIOUS_HEAD = "previous_head"
    PREVIOUS_TEXT = "previous_text"
    PREVIOUS_TAIL = "previous_tail"
    USER_HEAD = "user_head"
    TIME = "time"
    STAMP = "stamp"
    VISION = "vision"
    QUESTION = "question"
    USER_TAIL = "user_tail"
    REPLY_HEAD = "reply_head"
    REPLY = "reply"
    MARKER = "marker"
    REPLY_TAIL = "reply_tail"


@dataclass(frozen=True, slots=True)
class Segment:
    """Consecutive tokens of one kind and one round.

    Attributes:
        kind: What the tokens are.
        round_index: The round that they came in, counted from 0; None for the context's head.
        length: Number of tokens.
        grid: The clip's grid, for a whole VISION segment; None for all others.
    """

    kind: SegmentKind
    round_index: int | None
    length: int
    grid: Grid | None = None


@dataclass(frozen=True, slots=True)
class SegmentRange:
    """A segment with its place: cache slots `start` to `stop`, half-open."""

    kind: SegmentKind
    round_index: int | None
    start: int
    stop: int


@dataclass(frozen=True, slots=True)
class Piece:
    """Tokens to be appended to a context: vocabulary ids of one kind."""

    kind: SegmentKind
    ids: tuple[int, ...]
    grid: Grid | None = None

    def __len__(self) -> int:
        return len(self.ids)

    def in_round(self, round_index: int | None) -> Segment:
        """The segment that the piece becomes."""
        return Segment(self.kind, round_index, len(self.ids), self.grid)
