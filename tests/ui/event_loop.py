"""How long the event loop is kept from running."""

from __future__ import annotations

import contextlib
import time
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer

_INTERVAL_MS = 5
_THREADS = Path("/proc/self/task")


def _waited_for_a_core_s() -> dict[str, float]:
    """How long each thread of this program was ready to run while others ran (Linux)."""
    waited: dict[str, float] = {}
    for thread in _THREADS.glob("*/schedstat"):
        with contextlib.suppress(OSError):  # the thread has just ended
            waited[thread.parent.name] = int(thread.read_text().split()[1]) / 1e9
    return waited


class LoopProbe(QObject):
    """Measures the longest time between two turns of the event loop.

    Work in the loop and waiting for other threads of this program count. What the machine gives to
    other programs meanwhile is left out, so that a busy machine fails no test: the longest wait for
    a core of any thread, since it may be the one that holds the lock the loop waits for.
    """

    def __init__(self) -> None:
        super().__init__()
        self.longest_s = 0.0
        self._last_s = 0.0
        self._waited_s: dict[str, float] = {}
        self._timer = QTimer(self, interval=_INTERVAL_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._note)

    def start(self) -> None:
        """Measure from now on."""
        self._last_s, self._waited_s = time.perf_counter(), _waited_for_a_core_s()
        self._timer.start()

    def stop(self) -> None:
        """Measure no more."""
        self._timer.stop()

    def _note(self) -> None:
        before_s, now_s = _waited_for_a_core_s(), time.perf_counter()
        waited_s = _waited_for_a_core_s()
        others_s = max(
            (waited_s[thread] - self._waited_s.get(thread, 0.0) for thread in waited_s), default=0.0
        )
        self.longest_s = max(self.longest_s, now_s - self._last_s - others_s)
        # This thread may have waited between any two of these lines; what it waited since the
        # turn before has to be seen whole, or a part of it would count as a freeze.
        self._last_s, self._waited_s = now_s, before_s
