"""The queue between a session and its reader; a slow reader misses pictures, never words."""

from __future__ import annotations

import threading
from collections import deque
from typing import TYPE_CHECKING

from app.session.messages import FrameShown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from app.session.messages import Message

LONGEST_WAIT_S = 0.5


class Outbox:
    """Messages in order; of the preview pictures only the newest waits, behind everything else."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._messages: deque[Message] = deque()
        self._preview: FrameShown | None = None
        self._is_closed = False

    def put(self, message: Message) -> None:
        """Add a message; after `close` it is lost."""
        with self._changed:
            if self._is_closed:
                return
            if isinstance(message, FrameShown):
                self._preview = message
            else:
                self._messages.append(message)
            self._changed.notify_all()

    def close(self) -> None:
        """Nothing follows."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()

    def read(self) -> Iterator[Message]:
        """Messages as they come, until the box is closed and empty."""
        while (message := self._next()) is not None:
            yield message

    def _next(self) -> Message | None:
        with self._changed:
            # Windows hands Ctrl-C to the main thread only between waits.
            while not (self._messages or self._preview or self._is_closed):
                self._changed.wait(LONGEST_WAIT_S)
            if self._messages:
                return self._messages.popleft()
            preview, self._preview = self._preview, None
            return None if self._is_closed else preview
