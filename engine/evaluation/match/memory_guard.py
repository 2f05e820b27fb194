"""Ends a stream whose cache has no bound before it takes the machine down."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.model.memory import free_bytes

if TYPE_CHECKING:
    import torch

    from engine.evaluation.match.performance import RoundCost

_GIB = 2**30
_RESERVE_BYTES = 512 * 2**20
_COPY_FACTOR = 1.5  # a cache that is full is copied into one half as large again


@dataclass(frozen=True, slots=True)
class MemoryGuard:
    """Watches one device.

    Attributes:
        device: Where the cache lies.
        limit_bytes: What a cache may take; None: what the device has.
    """

    device: torch.device
    limit_bytes: int | None = None

    def reason_to_stop(self, cost: RoundCost) -> str | None:
        """Why a stream cannot go on, in words; None if it can."""
        if cost.bound_tokens is not None:
            return None
        holds = f"the cache held {cost.cache_tokens} tokens ({cost.cache_bytes / _GIB:.2f} GiB)"
        if self.limit_bytes is not None and cost.cache_bytes > self.limit_bytes:
            return f"{holds}, more than the {self.limit_bytes / _GIB:g} GiB allowed"
        free = free_bytes(self.device)
        if free < _COPY_FACTOR * cost.cache_bytes + _RESERVE_BYTES:
            return f"{holds} and {self.device} had only {free / _GIB:.2f} GiB left to grow into"
        return None
