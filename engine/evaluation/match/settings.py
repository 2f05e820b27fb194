"""What a match evaluation is asked to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.errors import ConfigError
from engine.evaluation.pool import PoolSettings

if TYPE_CHECKING:
    from pathlib import Path

DEFAULT_SEEDS = (650_000, 650_001)
"""Never trained on. Seeds from `REVIEW_SEEDS` up are not to be looked at while a model is made."""
REVIEW_SEEDS = 700_000


@dataclass(frozen=True, slots=True)
class MatchSettings:
    """The runs of an evaluation: each model under each variant on each match.

    Attributes:
        models: Folders, hub ids or "bundled".
        variants: Names in `engine.evaluation.match.variants`.
        seeds: Matches.
        seconds: Length of each.
        out: Folder of the journal and the report.
        threads: For torch; None: its own choice.
        max_cache_bytes: Where a cache without bound ends; None: where memory ends.
        workers: 1 plays in this process, more need Ray.
        ray_address: Of a Ray cluster; None starts Ray on this machine.

    Raises:
        ConfigError: A value is out of its range.
    """

    models: tuple[str, ...]
    variants: tuple[str, ...]
    seeds: tuple[int, ...]
    seconds: int
    out: Path
    threads: int | None = None
    max_cache_bytes: int | None = None
    workers: int = 1
    ray_address: str | None = None

    def __post_init__(self) -> None:
        for name, values in (
            ("model", self.models),
            ("scheme", self.variants),
            ("seed", self.seeds),
        ):
            if not values or len(set(values)) < len(values):
                raise ConfigError(f"give at least one {name}, and none of them twice")
        if self.seconds < 1:
            raise ConfigError(f"a match must last at least a second, it lasts {self.seconds}")
        if self.max_cache_bytes is not None and self.max_cache_bytes < 1:
            raise ConfigError("the memory that a cache may take must be positive")
        _ = self.pool  # checks its numbers

    @property
    def pool(self) -> PoolSettings:
        """Who plays."""
        return PoolSettings(self.workers, self.threads, self.ray_address)
