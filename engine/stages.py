"""Wall time of a round's stages."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import torch

from engine.events import RoundTiming

if TYPE_CHECKING:
    from collections.abc import Generator

Stage = Literal["evict", "vision", "prefill", "decode"]


@dataclass(slots=True)
class StageClock:
    """Adds up the wall time of stages; what lies between them is not counted."""

    _seconds: dict[Stage, float] = field(default_factory=dict["Stage", float])

    @contextmanager
    def stage(self, name: Stage, device: torch.device) -> Generator[None]:
        """Count the time of a block, the work that it queued on `device` included."""
        start = time.perf_counter()
        yield
        if device.type == "cuda":
            torch.cuda.synchronize(device)
        self._seconds[name] = self._seconds.get(name, 0.0) + time.perf_counter() - start

    def timing(self) -> RoundTiming:
        """The times so far."""
        seconds = self._seconds
        return RoundTiming(
            evict_s=seconds.get("evict", 0.0),
            vision_s=seconds.get("vision", 0.0),
            prefill_s=seconds.get("prefill", 0.0),
            decode_s=seconds.get("decode", 0.0),
        )
