"""How long the event loop is kept from running."""

from __future__ import annotations

import time
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer

_INTERVAL_MS = 5
_SCHEDULER = Path("/proc/thread-self/schedstat")


def _waited_for_a_core_s() -> float:
    """How long this thread was ready to run and other programs were let run (Linux)."""
    if not _SCHEDULER.exists():
        return 0.0
    return int(_SCHEDULER.read_text().split()[1]) / 1e9


class LoopProbe(QObject):
    """Measures the longest time between two turns of the event loop.

    What the machine gives to other programs is left out, so that a busy machine fails no test; work
    in the loop, and waiting for locks that other threads of this program hold, count.
    """

    def __init__(self) -> None:
        super().__init__()
        self.longest_s = 0.0
        self._last_s = 0.0
        self._timer = QTimer(self, interval=_INTERVAL_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._note)

    def start(self) -> None:
        """Measure from now on."""
        self._last_s = self._now_s()
        self._timer.start()

    def stop(self) -> None:
        """Measure no more."""
        self._timer.stop()

    def _note(self) -> None:
        now_s = self._now_s()
        self.longest_s = max(self.longest_s, now_s - self._last_s)
        self._last_s = now_s

    def _now_s(self) -> float:
        return time.perf_counter() - _waited_for_a_core_s()
