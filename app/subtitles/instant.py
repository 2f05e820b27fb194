"""Every word as it comes."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from app.subtitles.text import is_wide
from app.subtitles.view import FRAME_S, SubtitleView, fading

if TYPE_CHECKING:
    from app.subtitles.settings import Pacing


class InstantFlow:
    """Shows the newest lines, the last one growing; see `app.subtitles.flow.SubtitleFlow`.

    A word is held back until it is known to be whole: pieces of commentary may end inside one.

    Args:
        pacing: How long text stays in silence.
        num_lines: So many of the newest lines are kept.
    """

    def __init__(self, pacing: Pacing, num_lines: int) -> None:
        self._pacing = pacing
        self._lines: deque[str] = deque(maxlen=num_lines)
        self._line = ""  # all of the newest line, the held back word too
        self._is_line_shown = False
        self._came_at = 0.0
        self._now = 0.0
        self._is_line_open = False

    @property
    def next_change_at(self) -> float | None:
        """See the protocol."""
        if not self._lines:
            return None
        return max(self._old_at, self._now + FRAME_S)

    def add(self, piece: str, now: float) -> None:
        """See the protocol."""
        if not self._is_line_open:
            self._is_line_open, self._is_line_shown, self._line = True, False, ""
        self._line += piece
        self._show(_whole_words(self._line), now)

    def end_line(self, now: float) -> None:
        """See the protocol."""
        if self._is_line_open:
            self._show(self._line, now)
        self._is_line_open = False

    def jump_to_now(self, now: float) -> None:
        """See the protocol."""
        del now  # the newest line is always the current one
        while len(self._lines) > 1:
            self._lines.popleft()

    def advance(self, now: float) -> SubtitleView:
        """See the protocol."""
        self._now = now
        view = fading(SubtitleView(tuple(self._lines)), now, self._old_at)
        if view.is_empty:
            self._lines.clear()
        return view

    @property
    def _old_at(self) -> float:
        return self._came_at + self._pacing.hold_s

    def _show(self, line: str, now: float) -> None:
        """Put `line` in the place of what was shown of it before."""
        words = " ".join(line.split())
        if not words:
            return
        if self._is_line_shown and self._lines:
            self._lines.pop()
        self._lines.append(words)
        self._is_line_shown = True
        self._came_at = now


def _whole_words(line: str) -> str:
    """`line` without a last word that may still grow."""
    end = len(line)
    while end and not line[end - 1].isspace() and not is_wide(line[end - 1]):
        end -= 1
    return line[:end]
