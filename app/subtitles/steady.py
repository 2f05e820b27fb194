"""Whole phrases at the pace of a reader: nothing on the screen changes while it is read."""

from __future__ import annotations

import math
from collections import deque
from typing import TYPE_CHECKING

from app.subtitles.phrases import Phrase, PhraseCutter
from app.subtitles.text import columns, joined
from app.subtitles.view import FRAME_S, NOTHING, SubtitleView, fading

if TYPE_CHECKING:
    from app.subtitles.phrases import Fits
    from app.subtitles.settings import Pacing

MIN_READING_S = 1.0  # the eye must find even the shortest text


class SteadyFlow:
    """Shows one page after the other; see `app.subtitles.flow.SubtitleFlow`.

    A page stays until it could be read, then the next one takes its place at once. Phrases that
    wait meanwhile share a page where they fit on it, and are left out where they waited longer than
    `Pacing.max_lag_s`, so that nothing on a new page is older than that, however fast text comes.

    Args:
        pacing: How fast the person reads, and how old text may be.
        fits: Says whether a text is not too long for one page.
    """

    def __init__(self, pacing: Pacing, fits: Fits) -> None:
        self._pacing = pacing
        self._fits = fits
        self._cutter = PhraseCutter(fits)
        self._waiting: deque[Phrase] = deque()
        self._page = NOTHING
        self._read_at = -math.inf  # when the page could be read
        self._now = -math.inf
        self._skipped: deque[Phrase] = deque(maxlen=100)

    @property
    def skipped(self) -> tuple[Phrase, ...]:
        """The phrases that were left out last, oldest first."""
        return tuple(self._skipped)

    @property
    def next_change_at(self) -> float | None:
        """See the protocol."""
        times = [] if self._cutter.due_at is None else [self._cutter.due_at]
        if self._waiting:
            times.append(self._read_at)
        elif not self._page.is_empty:
            times.append(max(self._old_at, self._now + FRAME_S))
        return min(times, default=None)

    def add(self, piece: str, now: float) -> None:
        """See the protocol."""
        self._waiting.extend(self._cutter.add(piece, now))

    def end_line(self, now: float) -> None:
        """See the protocol."""
        del now  # a phrase is as old as its last letter
        self._waiting.extend(self._cutter.end_line())

    def jump_to_now(self, now: float) -> None:
        """See the protocol."""
        newest = self._waiting.pop() if self._waiting else None
        self._skipped.extend(self._waiting)
        self._waiting.clear()
        if newest is not None:
            self._waiting.append(newest)
            self._read_at = now

    def advance(self, now: float) -> SubtitleView:
        """See the protocol."""
        self._now = now
        due_at = self._cutter.due_at
        if due_at is not None and due_at <= now:
            self._waiting.extend(self._cutter.finish())
        if self._waiting and now >= self._read_at:
            self._turn(now)
        view = fading(self._page, now, self._old_at)
        if view.is_empty:
            self._page = NOTHING
        return view

    @property
    def _old_at(self) -> float:
        """When the page begins to fade unless another one comes."""
        return self._read_at + self._pacing.hold_s

    def _turn(self, now: float) -> None:
        """Put up the next page, if anything is left that is not too old for it."""
        oldest_at = now - self._pacing.max_lag_s
        while self._waiting and self._waiting[0].arrived_at < oldest_at:
            self._skipped.append(self._waiting.popleft())
        if not self._waiting:
            return
        page = self._waiting.popleft().text
        while self._waiting and self._fits(joined(page, self._waiting[0].text)):
            page = joined(page, self._waiting.popleft().text)
        self._page = SubtitleView((page,), is_settled=True)
        self._read_at = now + max(MIN_READING_S, columns(page) / self._pacing.reading_speed)
