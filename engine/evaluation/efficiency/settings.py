"""What `kibitz evaluate efficiency` is asked to measure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.config import Scheme, StreamingConfig, require
from engine.evaluation.pool import PoolSettings

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class EfficiencySettings:
    """Every scheme is measured on the same pictures, with replies of the same length.

    Attributes:
        models: Folders, hub ids or "bundled".
        schemes: Of attention.
        out: Folder of the journal and the report.
        seconds: Of video, at most.
        tokens: Of each reply; 10 a second is what real time asks for at 0.1 s per token.
        video: File to watch; None: the built-in match.
        seed: Of the match.
        size: Width and height of the match's pictures.
        max_pixels: Bound on a picture's area; None: the model's own.
        threads: For torch; None: its own choice.
        max_cache_bytes: Where a cache without bound ends; None: where memory ends.
        max_minutes: Of measuring one scheme; None: as long as it takes.
        workers: 1 measures in this process, more need Ray and a GPU each to be undisturbed.
        ray_address: Of a Ray cluster; None starts Ray on this machine.

    Raises:
        ConfigError: A value is out of its range.
    """

    models: tuple[str, ...]
    schemes: tuple[Scheme, ...]
    out: Path
    seconds: int = 1000
    tokens: int = 10
    video: Path | None = None
    seed: int = 0
    size: tuple[int, int] = (168, 112)
    max_pixels: int | None = None
    threads: int | None = None
    max_cache_bytes: int | None = None
    max_minutes: float | None = None
    workers: int = 1
    ray_address: str | None = None

    def __post_init__(self) -> None:
        for name, values in (("model", self.models), ("scheme", self.schemes)):
            require(
                bool(values) and len(set(values)) == len(values),
                f"give at least one {name}, and none of them twice",
            )
        require(self.seconds >= 1, f"seconds must be at least 1, they are {self.seconds}")
        require(self.tokens >= 1, f"a reply must have a token at least, it has {self.tokens}")
        require(min(self.size) >= 1, f"size must be positive, it is {self.size}")
        require(
            self.max_cache_bytes is None or self.max_cache_bytes >= 1,
            "the memory that a cache may take must be positive",
        )
        require(
            self.max_minutes is None or self.max_minutes > 0, "the minutes must be more than none"
        )
        _ = self.pool  # checks its numbers

    @property
    def pool(self) -> PoolSettings:
        """Who measures."""
        return PoolSettings(self.workers, self.threads, self.ray_address)

    def config(self, scheme: Scheme) -> StreamingConfig:
        """The stream's settings under a scheme: the method's defaults otherwise."""
        return StreamingConfig(
            scheme=scheme, max_new_tokens=self.tokens, max_pixels=self.max_pixels
        )
