"""Where the pages' readers find the newest state.

A module of its own, so that the window shows without asyncio, which only a served page needs.
"""

from __future__ import annotations

import asyncio

from app.broadcast.state import PageState


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
