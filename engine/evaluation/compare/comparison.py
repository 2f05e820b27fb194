"""A comparison that is under way: what is still to be judged, and the votes so far."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import ConfigError, DataError
from engine.evaluation.compare.blind import VoteFile, lines_for, stretches_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.evaluation.commentary.tasks import Line
    from engine.evaluation.compare.blind import Choice, Stretch
    from engine.evaluation.statistics import WinRate


@dataclass(frozen=True, slots=True)
class ComparisonSettings:
    """What is compared, and how.

    Attributes:
        a, b: Files of commentary.
        video: What both comment on.
        votes: Where votes are kept.
        seconds: Of a stretch.
        seed: Of the orders and the interval.

    Raises:
        ConfigError: A stretch has no length.
        DataError: There is no such video.
    """

    a: Path
    b: Path
    video: Path
    votes: Path = Path("votes.jsonl")
    seconds: float = 30.0
    seed: int = 0

    def __post_init__(self) -> None:
        if not self.seconds > 0:
            raise ConfigError(f"a stretch must last longer than 0 s, not {self.seconds:g}")
        if not self.video.is_file():
            raise DataError(f"there is no video {self.video}")


class Comparison:
    """Use it as a context manager, so that the file of votes is closed.

    Attributes:
        settings: As they were given.
        stretches: All of them, in the order of the video.

    Raises:
        DataError: A file cannot be used.
    """

    def __init__(self, settings: ComparisonSettings) -> None:
        self.settings = settings
        self._a, self._b = (lines_for(path, settings.video) for path in (settings.a, settings.b))
        self.stretches = stretches_of(self._a, self._b, settings.seconds, settings.seed)
        self._votes = VoteFile(settings.votes)

    def __enter__(self) -> Comparison:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._votes.close()

    def left(self) -> list[Stretch]:
        """What nobody has judged yet."""
        return [stretch for stretch in self.stretches if stretch not in self._votes]

    def shown_lines(self, stretch: Stretch) -> tuple[Sequence[Line], Sequence[Line]]:
        """Both commentaries on the whole video, in the order in which a stretch shows them."""
        return (self._b, self._a) if stretch.swapped else (self._a, self._b)

    def cast(self, stretch: Stretch, choice: Choice) -> None:
        """Keep a vote; it is on the disk when this returns."""
        self._votes.cast(stretch, choice)

    def result(self) -> WinRate:
        """How often A was preferred so far."""
        return self._votes.result(self.stretches, self.settings.seed)
