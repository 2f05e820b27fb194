"""Which tokens a stream keeps: the method's rules, in plain integers.

Source: StreamingVLM (arXiv:2510.09608), attention sink, text window and vision window.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.cache.layout import Kept
from engine.cache.segments import SegmentKind, SegmentRange

if TYPE_CHECKING:
    from collections.abc import Iterable

_HEAD = frozenset((SegmentKind.SYSTEM, SegmentKind.PREVIOUS_HEAD))
_CLIP = frozenset((SegmentKind.STAMP, SegmentKind.VISION))
_USER = frozenset((SegmentKind.USER_HEAD, SegmentKind.QUESTION, SegmentKind.USER_TAIL))


@dataclass(frozen=True, slots=True)
class Windows:
    """What is kept, counted in rounds and in tokens.

    A round that speaks counts as one of its own windows' rounds, so for keeping while it speaks a
    window of 0 is one of 1.
    """

    vision_rounds: int
    text_rounds: int
    sink_tokens: int
    previous_text_tokens: int

    @property
    def speaking_vision_rounds(self) -> int:
        """Clips that a round sees, its own included."""
        return max(1, self.vision_rounds)

    @property
    def speaking_text_rounds(self) -> int:
        """Replies that a round sees, its own included."""
        return max(1, self.text_rounds)

    @property
    def speaking_rounds(self) -> int:
        """Rounds of which a round sees anything, its own included."""
        return max(self.speaking_vision_rounds, self.speaking_text_rounds)


def plan(segments: Iterable[SegmentRange], windows: Windows, round_index: int) -> list[Kept]:
    """What to keep, in its new order, before round `round_index` is appended.

    A reply that leaves the text window moves, without its silence marker, to the end of the
    previous text; the rest of its turn goes. A clip goes when it leaves the vision window, and a
    user's turn goes when nothing of its round is left. The previous text is then cut to its first
    `sink_tokens` and last `previous_text_tokens`.
    """
    head: list[Kept] = []
    previous: list[Kept] = []
    rest: list[Kept] = []
    for segment in segments:
        part = Kept(segment.start, segment.stop)
        if segment.kind in _HEAD:
            head.append(part)
        elif segment.kind == SegmentKind.PREVIOUS_TEXT:
            previous.append(part)
        elif segment.kind == SegmentKind.REPLY and _has_left(
            segment, round_index - windows.speaking_text_rounds
        ):
            previous.append(Kept(segment.start, segment.stop, SegmentKind.PREVIOUS_TEXT))
        elif _stays(segment, windows, round_index):
            rest.append(part)
    return [*head, *_cut_to_sink_and_window(previous, windows), *rest]


def _has_left(segment: SegmentRange, last_gone: int) -> bool:
    return segment.round_index is not None and segment.round_index <= last_gone


def _stays(segment: SegmentRange, windows: Windows, round_index: int) -> bool:
    text_gone = round_index - windows.speaking_text_rounds
    vision_gone = round_index - windows.speaking_vision_rounds
    if segment.kind in _CLIP:
        return not _has_left(segment, vision_gone)
    if segment.kind == SegmentKind.TIME:
        return not _has_left(segment, text_gone)
    if segment.kind in _USER:
        return not _has_left(segment, min(text_gone, vision_gone))
    return not _has_left(segment, text_gone)  # PREVIOUS_TAIL belongs to no round and stays


def _cut_to_sink_and_window(parts: list[Kept], windows: Windows) -> list[Kept]:
    total = sum(part.stop - part.start for part in parts)
    sink, window = windows.sink_tokens, windows.previous_text_tokens
    if total <= sink + window:
        return parts
    return [*_within(parts, 0, sink), *_within(parts, total - window, total)]


def _within(parts: list[Kept], first: int, last: int) -> list[Kept]:
    """The tokens `first` to `last` of `parts` taken together."""
    found: list[Kept] = []
    offset = 0
    for part in parts:
        start = part.start + max(0, first - offset)
        stop = min(part.stop, part.start + last - offset)
        if start < stop:
            found.append(Kept(start, stop, part.moved_to))
        offset += part.stop - part.start
    return found
