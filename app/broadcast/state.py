"""What pages show, as they are told it."""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict, dataclass, field

from app.subtitles.settings import SubtitleStyle
from app.subtitles.view import NOTHING, SubtitleView


@dataclass(frozen=True, slots=True)
class PageState:
    """Style and text; two views that fade are the same to a page, which fades by itself."""

    style: SubtitleStyle = field(default_factory=SubtitleStyle)
    paragraphs: tuple[str, ...] = ()
    is_fading: bool = False
    is_settled: bool = False

    def to_json(self) -> str:
        """One WebSocket message."""
        return json.dumps(asdict(self), ensure_ascii=False)


def page_state(style: SubtitleStyle, view: SubtitleView = NOTHING) -> PageState:
    """What a page is told of `view`."""
    return PageState(style, view.paragraphs, view.opacity < 1, view.is_settled)


class Board:
    """Holds the newest state for any number of readers of one event loop.

    A slow reader finds the newest state when it comes back and never those that it missed, so
    nothing piles up.
    """

    def __init__(self) -> None:
        self._state = PageState()
        self._changed = asyncio.Event()

    @property
    def state(self) -> PageState:
        """The newest state."""
        return self._state

    def post(self, state: PageState) -> None:
        """Put up another state."""
        if state != self._state:
            self._state = state
            self._changed.set()
            self._changed = asyncio.Event()

    async def other_than(self, seen: PageState | None) -> PageState:
        """The newest state, as soon as it is another one than `seen`."""
        while self._state == seen:
            await self._changed.wait()
        return self._state
