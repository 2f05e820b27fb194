"""How late a line is, and from where on that is too late."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Grade(Enum):
    """Green, amber, red."""

    GOOD = "good"
    FAIR = "fair"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Up to `good_s` is green, up to `fair_s` amber, more is red."""

    good_s: float
    fair_s: float

    def grade(self, seconds: float) -> Grade:
        """What to think of `seconds`."""
        if seconds <= self.good_s:
            return Grade.GOOD
        return Grade.FAIR if seconds <= self.fair_s else Grade.LATE


SHOWN = Thresholds(1.5, 3.0)
"""From the picture to the first words about it: good is about what one round takes to be seen."""

SPOKEN = Thresholds(3.0, 5.0)
"""From the picture to the first sound; a line is not spoken at all some seconds later."""


@dataclass(frozen=True, slots=True)
class LineTimes:
    """When a line's picture was taken, its first words were seen, and its first sound was heard.

    Unix times; `spoken_at` is None for a line that was not spoken, or not yet.
    """

    index: int
    start_s: float
    captured_at: float
    shown_at: float
    spoken_at: float | None = None

    @property
    def shown_after_s(self) -> float:
        """From the picture to the words."""
        return self.shown_at - self.captured_at

    @property
    def spoken_after_s(self) -> float | None:
        """From the picture to the sound."""
        return None if self.spoken_at is None else self.spoken_at - self.captured_at
