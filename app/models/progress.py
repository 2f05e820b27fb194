"""How far a download is: bytes, speed and time left, told a few times a second."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable

Phase = Literal["checking", "downloading", "waiting"]

_INTERVAL_S = 0.25
_WINDOW_S = 5.0


@dataclass(frozen=True, slots=True)
class DownloadProgress:
    """Where a download is.

    Attributes:
        phase: "checking" reads again what is there, "waiting" waits for a broken connection.
        done_bytes: Bytes that are there, of `total_bytes`.
        bytes_per_s: Speed over the last seconds; None before there is one.
        file: Which file.
    """

    phase: Phase
    done_bytes: int
    total_bytes: int
    bytes_per_s: float | None
    file: str

    @property
    def fraction(self) -> float:
        """From 0 to 1."""
        return self.done_bytes / self.total_bytes if self.total_bytes else 1.0

    @property
    def seconds_left(self) -> float | None:
        """At this speed; None where there is none."""
        if not self.bytes_per_s:
            return None
        return (self.total_bytes - self.done_bytes) / self.bytes_per_s


class ProgressMeter:
    """Counts bytes and tells now and then; what was there before does not count as speed.

    Args:
        total_bytes: Of all files.
        done_bytes: There already.
        tell: Told where the download is.
        now: A clock in seconds.
    """

    def __init__(
        self,
        total_bytes: int,
        done_bytes: int,
        tell: Callable[[DownloadProgress], None],
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._total = total_bytes
        self._done = done_bytes
        self._tell = tell
        self._now = now
        self._told_at = float("-inf")
        self._recent: deque[tuple[float, int]] = deque()
        self.file = ""

    def arrived(self, num_bytes: int) -> None:
        """Count bytes that came through the line."""
        if not self._recent:
            self._recent.append((self._now(), 0))
        self._done += num_bytes
        self._recent.append((self._now(), num_bytes))
        self._say("downloading")

    def checked(self, _num_bytes: int) -> None:
        """Bytes that were there are read again."""
        self._say("checking")

    def dropped(self, num_bytes: int) -> None:
        """Take back bytes that have to come again."""
        self._done -= num_bytes

    def waits(self) -> None:
        """The connection is broken; its speed is over."""
        self._recent.clear()
        self._say("waiting", at_once=True)

    def finished(self) -> None:
        """All is there."""
        self._say("downloading", at_once=True)

    def _say(self, phase: Phase, *, at_once: bool = False) -> None:
        now = self._now()
        if not at_once and now - self._told_at < _INTERVAL_S:
            return
        self._told_at = now
        self._tell(DownloadProgress(phase, self._done, self._total, self._speed(now), self.file))

    def _speed(self, now: float) -> float | None:
        while self._recent and now - self._recent[0][0] > _WINDOW_S:
            self._recent.popleft()
        if not self._recent or now <= self._recent[0][0]:
            return None
        num_bytes = sum(num for _, num in self._recent)
        return num_bytes / (now - self._recent[0][0])
