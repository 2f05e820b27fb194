"""The last rounds and lines of a session; as long as it lasts, the record stays as small."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from app.meters.lateness import LineTimes

if TYPE_CHECKING:
    from app.session.messages import MetersUpdated
    from app.transcripts.line import TranscriptLine

MAX_ROUNDS = 120
MAX_LINES = 60


@dataclass(frozen=True, slots=True)
class LatenessSummary:
    """Seconds from picture to words over the lines in the record."""

    last_s: float
    median_s: float
    worst_s: float
    num_lines: int


class MeterRecord:
    """Takes what a session says about itself; times are when the window saw it."""

    def __init__(self) -> None:
        self._rounds: deque[MetersUpdated] = deque(maxlen=MAX_ROUNDS)
        self._lines: deque[LineTimes] = deque(maxlen=MAX_LINES)
        self._first_words: tuple[int, float] | None = None  # round, and when they were seen

    @property
    def rounds(self) -> tuple[MetersUpdated, ...]:
        """The last rounds, silent ones too."""
        return tuple(self._rounds)

    @property
    def lines(self) -> tuple[LineTimes, ...]:
        """The last lines."""
        return tuple(self._lines)

    @property
    def saved_share(self) -> float:
        """Of the pairs of frames of the last rounds, those that were not looked at again."""
        return sum(each.saved_share for each in self._rounds) / max(1, len(self._rounds))

    def add_round(self, meters: MetersUpdated) -> None:
        """A round is over."""
        self._rounds.append(meters)

    def see_words(self, round_index: int, at: float) -> None:
        """Words of a round came into sight; only the first of them count."""
        if self._first_words is None or self._first_words[0] != round_index:
            self._first_words = round_index, at

    def add_line(self, line: TranscriptLine, at: float) -> None:
        """A line is complete, seen at `at` unless its words were seen before."""
        self.see_words(line.index, at)
        assert self._first_words is not None
        shown_at = self._first_words[1]
        self._lines.append(LineTimes(line.index, line.start_s, line.captured_at, shown_at))

    def hear(self, line_index: int, at: float) -> None:
        """The first sound of a line left the device; one of an older session is not known here."""
        for place, times in enumerate(self._lines):
            if times.index == line_index:
                self._lines[place] = replace(times, spoken_at=at)

    def summary(self) -> LatenessSummary | None:
        """Over all lines in the record; None where there is none."""
        if not self._lines:
            return None
        late = [times.shown_after_s for times in self._lines]
        ordered = sorted(late)
        median_s = ordered[math.ceil(len(ordered) / 2) - 1]
        return LatenessSummary(late[-1], median_s, ordered[-1], len(late))
