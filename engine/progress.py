"""One line on a terminal that says how far a long piece of work is and how long it will take."""

from __future__ import annotations

import shutil
import sys
import time
from typing import TextIO

_TERMINAL_PAUSE_S, _FILE_PAUSE_S = 0.5, 60.0
_MINUTE, _HOUR = 60, 3600
_BAR_WIDTH = 20


class Progress:
    """Counts steps; draws a bar over and over on a terminal, writes now and then a line elsewhere.

    Args:
        total_steps: Steps to come.
        stream: Where to write.
        unit: What a step is, in the plural.
    """

    def __init__(
        self, total_steps: int, stream: TextIO | None = None, unit: str = "rounds"
    ) -> None:
        self._total = total_steps
        self._unit = unit
        self._done = 0
        self._stream = sys.stderr if stream is None else stream
        self._is_terminal = self._stream.isatty()
        self._pause_s = _TERMINAL_PAUSE_S if self._is_terminal else _FILE_PAUSE_S
        self._started = self._written = time.monotonic()

    def advance(self, doing: str, num_steps: int = 1) -> None:
        """Count steps of what is being done."""
        self._done += num_steps
        now = time.monotonic()
        if now - self._written >= self._pause_s or self._done == self._total:
            self._written = now
            self._write(doing, now)

    def skip(self, num_steps: int) -> None:
        """Leave out steps that will not be made after all."""
        self._total -= num_steps

    def close(self) -> None:
        """Leave the terminal's line."""
        if self._is_terminal and self._done:
            self._stream.write("\n")
            self._stream.flush()

    def _write(self, doing: str, now: float) -> None:
        left_s = (now - self._started) / max(1, self._done) * (self._total - self._done)
        said = f"{self._done}/{self._total} {self._unit}, {duration(left_s)} left"
        if self._is_terminal:
            full = _BAR_WIDTH * self._done // max(1, self._total)
            line = f"[{'#' * full:{_BAR_WIDTH}}] {said}  {doing}"
            width = shutil.get_terminal_size().columns - 1  # a line that wraps cannot be redrawn
            self._stream.write(f"\r\x1b[K{line[:width]}")
        else:
            self._stream.write(f"{doing}  {said}\n")
        self._stream.flush()


def duration(seconds: float) -> str:
    """A length of time in words: "45 s", "12 min", "2 h 05 min"."""
    whole = round(seconds)
    if whole < 2 * _MINUTE:
        return f"{whole} s"
    if whole < 2 * _HOUR:
        return f"{round(whole / _MINUTE)} min"
    return f"{whole // _HOUR} h {whole % _HOUR // _MINUTE:02d} min"
