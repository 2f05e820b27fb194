"""What of a commentary is read under the picture at a moment, wherever playing begins."""

from __future__ import annotations

import math
from bisect import bisect_right
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.evaluation.commentary.tasks import Line

STAYS_S = 4.0
"""How long a line can be read after its end, where none follows it."""
MOST_WORDS = 16
"""Of a longer line its newest words are read: it may hold all that was said in a minute."""


class SubtitleTrack:
    """A commentary's lines by time; the words of a line come one by one, evenly over its time."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self._lines = sorted(lines)
        self._starts = [line.start_s for line in self._lines]

    def text_at(self, time_s: float) -> str:
        """What is read at `time_s`; nothing of what is said later."""
        place = bisect_right(self._starts, time_s)
        if not place:
            return ""
        line = self._lines[place - 1]
        if time_s > line.end_s + STAYS_S:
            return ""
        words = line.text.split()
        spoken = math.ceil(len(words) * _share(time_s - line.start_s, line.end_s - line.start_s))
        said = words[: max(1, spoken)]
        return " ".join(said[-MOST_WORDS:])


def _share(passed_s: float, length_s: float) -> float:
    """How much of a stretch has passed, at most all of it."""
    return min(1.0, passed_s / length_s) if length_s > 0 else 1.0
