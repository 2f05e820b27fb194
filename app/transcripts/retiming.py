"""Mending the times of a transcript that started late, or ran at another speed than its video."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from app.errors import TranscriptError

if TYPE_CHECKING:
    from app.transcripts.line import TranscriptLine

SLOWEST, FASTEST = 0.1, 10.0


@dataclass(frozen=True, slots=True)
class Retiming:
    """The straight line from the times that were kept to those that are right.

    It always starts from the times in the journal: a later one takes the place of an earlier one,
    and `Retiming()` gives the kept times back. No time becomes negative.

    Raises:
        TranscriptError: The values are no such line.
    """

    offset_s: float = 0.0
    scale: float = 1.0

    def __post_init__(self) -> None:
        if not math.isfinite(self.offset_s):
            raise TranscriptError("Times can be shifted by a number of seconds only.")
        if not SLOWEST <= self.scale <= FASTEST:
            raise TranscriptError(
                f"Times can be stretched by {SLOWEST:g} to {FASTEST:g}, not by {self.scale:g}; "
                "check the two points."
            )

    @classmethod
    def through(cls, first: tuple[float, float], second: tuple[float, float]) -> Retiming:
        """The one that takes two kept times to two right ones; each pair is (kept, right).

        Raises:
            TranscriptError: The points are one, run backwards, or lie too far apart.
        """
        kept_s, right_s = second[0] - first[0], second[1] - first[1]
        if kept_s == 0:
            raise TranscriptError("The two points must lie at different times.")
        scale = right_s / kept_s
        if scale <= 0:
            raise TranscriptError("The later of the two points must stay the later one.")
        return cls(first[1] - scale * first[0], scale)

    @property
    def is_none(self) -> bool:
        """Whether it leaves all times as they were kept."""
        return self == Retiming()

    def shifted(self, seconds: float) -> Retiming:
        """This one, and all times later by `seconds`."""
        return replace(self, offset_s=self.offset_s + seconds)

    def __call__(self, kept_s: float) -> float:
        """The right time of what was kept at `kept_s`."""
        return max(0.0, self.offset_s + self.scale * kept_s)

    def kept_s(self, right_s: float) -> float:
        """The kept time of what is right at `right_s`."""
        return (right_s - self.offset_s) / self.scale

    def retimed(self, line: TranscriptLine) -> TranscriptLine:
        """`line` at its right times."""
        if self.is_none:
            return line
        return replace(line, start_s=self(line.start_s), end_s=self(line.end_s))
