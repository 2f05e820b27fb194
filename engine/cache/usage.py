"""How much a context holds, and how much it can ever hold."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from engine.cache.segments import SegmentKind
from engine.events import CacheUse

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from engine.cache.policy import Windows
    from engine.cache.segments import Piece, SegmentRange

_ONCE = (SegmentKind.SYSTEM, SegmentKind.PREVIOUS_HEAD, SegmentKind.PREVIOUS_TAIL)
_USER = (
    SegmentKind.USER_HEAD,
    SegmentKind.TIME,
    SegmentKind.QUESTION,
    SegmentKind.USER_TAIL,
)
_CLIP = (SegmentKind.STAMP, SegmentKind.VISION)
_REPLY = (
    SegmentKind.REPLY_HEAD,
    SegmentKind.REPLY,
    SegmentKind.MARKER,
    SegmentKind.REPLY_TAIL,
)


class Bound:
    """The largest number of tokens that a stream's windows allow.

    It follows from the windows and from the largest part of each kind so far: a larger picture or
    a longer question raises it, the length of the stream does not.
    """

    def __init__(self, windows: Windows, longest: Mapping[SegmentKind, int]) -> None:
        """Start with lengths that parts of some kinds can have though none was seen yet."""
        self._windows = windows
        self._longest = dict.fromkeys(SegmentKind, 0) | dict(longest)

    def change(self, windows: Windows, longest: Mapping[SegmentKind, int]) -> None:
        """Go on with other windows and with lengths that parts can have from now on."""
        self._windows = windows
        self._see(longest)

    def see(self, pieces: Iterable[Piece]) -> None:
        """Note the lengths of parts that are about to be appended, of a kind all together."""
        lengths = Counter[SegmentKind]()
        for piece in pieces:
            lengths[piece.kind] += len(piece)
        self._see(lengths)

    @property
    def tokens(self) -> int:
        """The bound of a context whose parts leave with their windows."""
        windows = self._windows
        return (
            self._longest_head()
            + windows.speaking_rounds * self._sum(*_USER)
            + windows.speaking_vision_rounds * self._sum(*_CLIP)
            + windows.speaking_text_rounds * self._sum(*_REPLY)
        )

    def tokens_of(self, num_rounds: int) -> int:
        """The bound of a context that keeps all of `num_rounds` rounds."""
        return self._longest_head() + num_rounds * self.tokens_of_round

    @property
    def tokens_of_round(self) -> int:
        """The largest round so far, or what is known of it."""
        return self._sum(*_USER, *_CLIP, *_REPLY)

    def _longest_head(self) -> int:
        """Tokens before the first round's, the previous text's included."""
        previous = self._windows.sink_tokens + self._windows.previous_text_tokens
        return self._sum(*_ONCE) + max(previous, self._sum(SegmentKind.PREVIOUS_TEXT))

    def _see(self, lengths: Mapping[SegmentKind, int]) -> None:
        for kind, length in lengths.items():
            self._longest[kind] = max(self._longest[kind], length)

    def _sum(self, *kinds: SegmentKind) -> int:
        return sum(self._longest[kind] for kind in kinds)


def cache_use(
    ranges: Sequence[SegmentRange], sink_tokens: int, bound_tokens: int | None, num_bytes: int
) -> CacheUse:
    """Sort stored tokens by what they are for."""
    previous = _count(ranges, {SegmentKind.PREVIOUS_TEXT})
    sink = min(previous, sink_tokens)
    vision = _count(ranges, set(_CLIP))
    head = _count(ranges, set(_ONCE))
    total = sum(part.stop - part.start for part in ranges)
    return CacheUse(
        sink_tokens=head + sink,
        previous_text_tokens=previous - sink,
        vision_tokens=vision,
        text_tokens=total - head - previous - vision,
        bound_tokens=bound_tokens,
        num_bytes=num_bytes,
    )


def _count(ranges: Iterable[SegmentRange], kinds: set[SegmentKind]) -> int:
    return sum(part.stop - part.start for part in ranges if part.kind in kinds)
