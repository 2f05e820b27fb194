"""Ends a stream before its cache takes the machine down."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.errors import NotEnoughMemoryError
from engine.model.memory import free_bytes

if TYPE_CHECKING:
    import torch

    from engine.events import CacheUse

_GIB = 2**30
_RESERVE_BYTES = 512 * 2**20  # of a round's activations, and of everything else that runs
_WHAT_TO_DO = 'begin a new stream, with the scheme "streaming" or smaller windows'


@dataclass(frozen=True, slots=True)
class MemoryGuard:
    """Watches one device.

    Attributes:
        device: Where the cache lies.
        limit_bytes: What a cache that has no bound may take; None: what the device has.
    """

    device: torch.device
    limit_bytes: int | None = None

    def require_room(self, held: CacheUse, growth_bytes: int) -> None:
        """Make sure that one more round fits.

        Args:
            held: What the cache holds now.
            growth_bytes: New memory that the round will ask for.

        Raises:
            NotEnoughMemoryError: It does not.
        """
        is_bounded = held.bound_tokens is not None
        if is_bounded and not growth_bytes:
            return
        holds = f"the cache held {held.total_tokens} tokens ({held.num_bytes / _GIB:.2f} GiB)"
        limit = self.limit_bytes
        if limit is not None and not is_bounded and held.num_bytes > limit:
            raise NotEnoughMemoryError(
                f"{holds}, more than the {limit / _GIB:g} GiB allowed; {_WHAT_TO_DO}"
            )
        free = free_bytes(self.device)
        if free < growth_bytes + (0 if is_bounded else _RESERVE_BYTES):
            raise NotEnoughMemoryError(
                f"{holds} and {self.device} had only {free / _GIB:.2f} GiB left to grow into; "
                f"{_WHAT_TO_DO}"
            )
