"""Evicting as the reference implementation does, its oddities included.

It finds the parts of a context by looking for token patterns, so what a reply says can shift its
ranges: a reply that holds the token of "Time" can cost a clip its tokens. It always drops a moved
reply's last token, and cuts the previous text to one token less than asked for. Positions take
the first grids that the stream ever had. `StreamingConfig.reference_quirks` asks for all this, to
compare with that implementation; `policy` is the method without it.

Source: the reference implementation of StreamingVLM (arXiv:2510.09608), observed by running it.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine.cache.layout import Kept
from engine.cache.positions import text_positions
from engine.cache.segments import SegmentKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.cache.policy import Windows
    from engine.cache.positions import PositionRule, Positions
    from engine.cache.segments import Grid


class _Found(NamedTuple):
    """A half-open range of tokens; `stop` is behind the newline if one was asked for."""

    start: int
    stop: int


@dataclass(frozen=True, slots=True)
class Patterns:
    """Tokens by which the parts of a context are found."""

    turn_end: int
    vision_start: int
    vision_end: int
    video_pad: int
    newline: int
    time: int
    previous_open: tuple[int, ...]
    user_open: tuple[int, ...]
    reply_open: tuple[int, ...]
    reply_head_tokens: int


class _Context:
    """Tokens that can be cut and moved while it is remembered where they came from."""

    def __init__(self, ids: Sequence[int], patterns: Patterns) -> None:
        self.ids = list(ids)
        self.slots = list(range(len(ids)))
        self.moved: set[int] = set()
        self.patterns = patterns

    def find_all(
        self, opening: tuple[int, ...], end: int, *, with_newline: bool = True
    ) -> list[_Found]:
        """Ranges from an opening pattern to the next `end`, one behind the other."""
        found: list[_Found] = []
        at, width = 0, len(opening)
        while at <= len(self.ids) - width:
            if tuple(self.ids[at : at + width]) != opening:
                at += 1
                continue
            try:
                stop = self.ids.index(end, at + width) + 1
            except ValueError:
                break
            newline = stop < len(self.ids) and self.ids[stop] == self.patterns.newline
            found.append(_Found(at, stop + 1 if newline and with_newline else stop))
            at = stop
        return found

    def cut(self, start: int, stop: int) -> None:
        """Delete a range."""
        if start < stop:
            del self.ids[start:stop], self.slots[start:stop]

    def cut_first(self, found: Sequence[_Found]) -> None:
        """Delete the first of the ranges, if there is one."""
        for first in found[:1]:
            self.cut(*first)

    def move(self, start: int, stop: int, to: int) -> None:
        """Move a range in front of slot `to`, which lies before it."""
        if start < stop:
            self.moved.update(self.slots[start:stop])
            for row in (self.ids, self.slots):
                row[to:stop] = row[start:stop] + row[to:start]

    def kept(self) -> list[Kept]:
        """What is left, as ranges of the slots that it had at first."""
        ranges: list[Kept] = []
        for slot in self.slots:
            kind = SegmentKind.PREVIOUS_TEXT if slot in self.moved else None
            last = ranges[-1] if ranges else None
            if last and last.stop == slot and last.moved_to == kind:
                ranges[-1] = Kept(last.start, slot + 1, kind)
            else:
                ranges.append(Kept(slot, slot + 1, kind))
        return ranges


def plan(ids: Sequence[int], patterns: Patterns, windows: Windows, round_index: int) -> list[Kept]:
    """What the reference keeps, in its new order, before round `round_index` is appended."""
    context = _Context(ids, patterns)
    if round_index >= windows.speaking_text_rounds:
        _retire_reply(context, windows)
    if (
        round_index >= windows.speaking_vision_rounds
        and windows.speaking_vision_rounds < windows.speaking_text_rounds
    ):
        context.cut_first(context.find_all((patterns.vision_start,), patterns.vision_end))
    if round_index >= windows.speaking_rounds:
        context.cut_first(context.find_all(patterns.user_open, patterns.turn_end))
    if round_index > 0:
        _cut_previous_text(context, windows)
    return context.kept()


def _retire_reply(context: _Context, windows: Windows) -> None:
    """Move the oldest reply but its last token to the previous text and delete its turn."""
    patterns, rounds = context.patterns, windows.speaking_text_rounds
    start, stop = context.find_all(patterns.reply_open, patterns.turn_end, with_newline=False)[0]
    _, previous_stop = context.find_all(
        patterns.previous_open, patterns.turn_end, with_newline=False
    )[0]
    # Left behind: the turn's end token and the token before it, whatever that is.
    context.move(start + patterns.reply_head_tokens, stop - 2, previous_stop - 1)
    if windows.speaking_vision_rounds > rounds:
        times = context.find_all((patterns.time,), patterns.vision_start, with_newline=False)
        if len(times) >= rounds:
            context.cut(times[-rounds].start, times[-rounds].stop - 1)
    replies = context.find_all(patterns.reply_open, patterns.turn_end)
    if len(replies) >= rounds:
        context.cut(*replies[-rounds])


def _cut_previous_text(context: _Context, windows: Windows) -> None:
    patterns = context.patterns
    start, stop = context.find_all(patterns.previous_open, patterns.turn_end, with_newline=False)[0]
    first = start + len(patterns.previous_open) + windows.sink_tokens
    end = stop - 1  # the turn's end token, which the reference counts as one of the window's
    last = min(end, stop - windows.previous_text_tokens)
    if first < last:
        context.cut(first, last)


def positions(
    ids: Sequence[int], patterns: Patterns, grids: Sequence[Grid], rule: PositionRule
) -> Positions:
    """Positions of all tokens, each clip placed by the stream's first grids in turn.

    Where a clip's own grid is another one, the rest of its tokens count as text, or text counts
    as part of the clip.
    """
    parts: list[Positions] = []
    done = next_position = 0
    for grid in grids[: _count_clips(ids, patterns)]:
        try:
            clip_start = ids.index(patterns.video_pad, done)
        except ValueError:
            break
        parts.append(text_positions(next_position, clip_start - done))
        base = next_position + clip_start - done
        clip = rule.clip(grid) + base
        parts.append(clip)
        next_position = int(clip.max()) + 1
        done = clip_start + clip.shape[1]
    parts.append(text_positions(next_position, max(0, len(ids) - done)))
    return np.concatenate(parts, axis=1)[:, : len(ids)]


def _count_clips(ids: Sequence[int], patterns: Patterns) -> int:
    pairs = itertools.pairwise(ids)
    return sum(pair == (patterns.vision_start, patterns.video_pad) for pair in pairs)
