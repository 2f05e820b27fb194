"""What an evaluation of commentary is asked to do."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from engine.errors import ConfigError
from engine.evaluation.commentary.candidates import FileCandidate, check_files, check_names
from engine.evaluation.commentary.datasets import EVENTS, GAMES
from engine.evaluation.commentary.timeliness import WITHIN_S

if TYPE_CHECKING:
    from pathlib import Path

    from engine.evaluation.commentary.candidates import Candidate
    from engine.evaluation.judge.judging import JudgeSettings
    from engine.evaluation.pool import PoolSettings

SuiteName = Literal["inf-streams", "livesports3k-cc"]

START_S = 1000.0
SEGMENT_S = 100.0
FEWEST_WORDS = 200


@dataclass(frozen=True, slots=True)
class CommentarySettings:
    """An evaluation: the first candidate is held against each other one.

    Attributes:
        data: A metadata file, or the folder that holds one.
        start_s: Where games are taken up (inf-streams).
        max_s: How much of each game is taken; None for all of it.
        segment_s, min_words: What is judged at once, and how much people must have said in it.
        within_s: How far a line may be from the reference that it matches.
        judge: None: nothing is judged.
        yes: Begin what costs money without asking.

    Raises:
        ConfigError: A value is out of its range.
    """

    suite: SuiteName
    candidates: tuple[Candidate, ...]
    data: Path
    out: Path
    pool: PoolSettings
    start_s: float = START_S
    max_s: float | None = None
    segment_s: float = SEGMENT_S
    min_words: int = FEWEST_WORDS
    within_s: float = WITHIN_S
    seed: int = 0
    judge: JudgeSettings | None = None
    length_control: bool = False
    yes: bool = False

    def __post_init__(self) -> None:
        check_names(list(self.candidates))
        check_files(self.candidates, self.out, (self.data, self.data / GAMES, self.data / EVENTS))
        if not (math.isfinite(self.start_s) and self.start_s >= 0):
            raise ConfigError(f"the start must be at 0 s or later, it is at {self.start_s:g}")
        for name, value in (("segment", self.segment_s), ("tolerance", self.within_s)):
            if not (math.isfinite(value) and value > 0):
                raise ConfigError(f"the {name} must last longer than 0 s, it lasts {value:g}")
        for candidate in self.candidates:
            chunk_s = None if isinstance(candidate, FileCandidate) else candidate.chunk_s
            if chunk_s is not None and not (math.isfinite(chunk_s) and chunk_s >= 1):
                raise ConfigError(f"a chunk must last at least a second, not {chunk_s:g} s")
        if self.max_s is not None and self.max_s < 1:
            raise ConfigError(f"at least a second of each game is needed, not {self.max_s:g}")
        if self.min_words < 0:
            raise ConfigError(f"min_words must be 0 or more, it is {self.min_words}")
        if self.judge is not None and len(self.candidates) < len(("one", "other")):
            raise ConfigError("a judge compares candidates: give at least two")
