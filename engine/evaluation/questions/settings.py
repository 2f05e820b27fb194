"""What `kibitz evaluate ovobench`, `longvideobench`, `videomme` and `mvbench` are asked to do."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, get_args

from engine.config import StreamingConfig, require
from engine.evaluation.pool import PoolSettings

if TYPE_CHECKING:
    from pathlib import Path

Mode = Literal["standard", "streaming"]
MODES: tuple[Mode, ...] = get_args(Mode)
_STANDARD_WAY = 3
"""Counts the changes to how questions are put in standard mode: older answers are asked anew."""


@dataclass(frozen=True, slots=True)
class QuestionSettings:
    """Which questions, and how they are put.

    Attributes:
        suite: Name in `engine.evaluation.questions.catalogue`.
        models: Folders, hub ids or "bundled".
        data: The suite's folder.
        out: Folder of the journal and the report.
        modes: How questions are put.
        fps: Standard: frames per second of video, as far as `max_frames` allows.
        max_frames: Standard: frames of one video at most, then evenly spaced over it.
        lead_s: Streaming: how long before its question a stream begins; None: with the video.
        speaks: Streaming: the model comments before it is asked; otherwise it is kept silent.
        max_pixels: Bound on a picture's area; None: the model's own.
        limit: Ask only so many questions, evenly spaced over the suite; None: all.
        pool: How many workers, and where.

    Raises:
        ConfigError: A value is out of its range.
    """

    suite: str
    models: tuple[str, ...]
    data: Path
    out: Path
    modes: tuple[Mode, ...] = MODES
    fps: float = 1.0
    max_frames: int = 64
    lead_s: float | None = None
    speaks: bool = True
    max_pixels: int | None = None
    limit: int | None = None
    pool: PoolSettings = field(default_factory=PoolSettings)

    def __post_init__(self) -> None:
        for name, values in (("model", self.models), ("mode", self.modes)):
            require(
                bool(values) and len(set(values)) == len(values),
                f"give at least one {name}, and none of them twice",
            )
        require(self.fps > 0, f"frames per second must be positive, they are {self.fps}")
        require(self.max_frames >= 1, f"there must be a frame at least, not {self.max_frames}")
        require(self.lead_s is None or self.lead_s > 0, "a stream must begin before its question")
        require(self.limit is None or self.limit >= 1, "at least one question must be asked")

    @property
    def streaming(self) -> StreamingConfig:
        """The method's own settings: sink, windows, contiguous positions."""
        return StreamingConfig(max_pixels=self.max_pixels)

    def deciding(self, mode: Mode) -> dict[str, object]:
        """The settings that decide an answer in a mode."""
        if mode == "standard":
            return {
                "fps": self.fps,
                "max_frames": self.max_frames,
                "max_pixels": self.max_pixels,
                "way": _STANDARD_WAY,
            }
        return {"lead_s": self.lead_s, "speaks": self.speaks, "max_pixels": self.max_pixels}
