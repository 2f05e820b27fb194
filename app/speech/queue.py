"""Which line is spoken next: the oldest that is still fresh."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.transcripts.line import TranscriptLine


@dataclass(frozen=True, slots=True)
class Utterance:
    """A line that may be spoken.

    Attributes:
        said_at_s: When it was complete, on a monotonic clock.
    """

    line: TranscriptLine
    said_at_s: float

    def is_stale(self, now_s: float, fresh_s: float) -> bool:
        """Whether it is older than `fresh_s` at `now_s`."""
        return now_s - self.said_at_s > fresh_s


class FreshQueue:
    """Lines that wait for their turn, in the order in which they came.

    It knows no clock: callers pass the time.
    """

    def __init__(self) -> None:
        self._waiting: deque[Utterance] = deque()

    def __len__(self) -> int:
        return len(self._waiting)

    def put(self, utterance: Utterance) -> None:
        """Let it wait."""
        self._waiting.append(utterance)

    def drop_stale(self, now_s: float, fresh_s: float) -> tuple[Utterance, ...]:
        """Forget those that are older than `fresh_s`, and give them."""
        stale = tuple(u for u in self._waiting if u.is_stale(now_s, fresh_s))
        self._waiting = deque(u for u in self._waiting if not u.is_stale(now_s, fresh_s))
        return stale

    def take(self) -> Utterance | None:
        """The one whose turn it is; None where none waits."""
        return self._waiting.popleft() if self._waiting else None

    def clear(self) -> tuple[Utterance, ...]:
        """Forget all, and give them."""
        forgotten = tuple(self._waiting)
        self._waiting.clear()
        return forgotten
