"""The stream's clock: it can start later, stand still in a pause, or be stopped for good."""

from __future__ import annotations

import threading
import time


class StreamClock:
    """Seconds of stream, and waiting for them, for one or several threads.

    Args:
        is_paced: False never waits for a time, only for the start and the end of a pause.
    """

    def __init__(self, *, is_paced: bool = True) -> None:
        self._is_paced = is_paced
        self._changed = threading.Condition()
        self._elapsed_s = 0.0
        self._running_since: float | None = None  # None: not started, or in a pause
        self._is_stopped = False

    def start(self) -> None:
        """Let time run, from the beginning or after a pause."""
        with self._changed:
            if self._running_since is None:
                self._running_since = time.monotonic()
            self._changed.notify_all()

    def pause(self) -> None:
        """Let time stand still."""
        with self._changed:
            self._elapsed_s = self._now_s()
            self._running_since = None
            self._changed.notify_all()

    def stop(self) -> None:
        """Wake everyone who waits; nobody waits from now on."""
        with self._changed:
            self._is_stopped = True
            self._changed.notify_all()

    def now_s(self) -> float:
        """Seconds that have run since the start, pauses left out."""
        with self._changed:
            return self._now_s()

    def wait_until(self, time_s: float) -> bool:
        """Block until `time_s` is reached; False where the clock was stopped instead."""
        with self._changed:
            while not self._is_stopped:
                left_s = self._left_s(time_s)
                if left_s is not None and left_s <= 0:
                    return True
                self._changed.wait(left_s)
            return False

    def wait_while_paused(self) -> bool:
        """Block until time runs; False where the clock was stopped instead."""
        with self._changed:
            self._changed.wait_for(lambda: self._is_stopped or self._running_since is not None)
            return not self._is_stopped

    def _left_s(self, time_s: float) -> float | None:
        """Seconds to wait for `time_s`, None where time stands still."""
        if self._running_since is None:
            return None
        return time_s - self._now_s() if self._is_paced else 0.0

    def _now_s(self) -> float:
        if self._running_since is None:
            return self._elapsed_s
        return self._elapsed_s + time.monotonic() - self._running_since
