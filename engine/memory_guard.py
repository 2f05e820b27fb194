"""Ends a stream before its cache takes the machine down."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.errors import NotEnoughMemoryError
from engine.model.memory import free_bytes

if TYPE_CHECKING:
    from collections.abc import Callable

    import torch

    from engine.events import CacheUse

_GIB = 2**30
_RESERVE_BYTES = 512 * 2**20  # of a round's activations, and of everything else that runs
_WHAT_TO_DO = 'begin a new stream, with the scheme "streaming" or smaller windows'


@dataclass(frozen=True, slots=True)
class MemoryGuard:
    """Watches the devices that a cache lies on.

    Attributes:
        layer_devices: Where each layer's part of the cache lies; all parts are equally large.
        limit_bytes: Once the stored keys and values of a cache that has no bound take more, no
            further round begins; None: what the devices have. The memory that is held for them is
            up to half as large again, and while it grows the old is held beside the new.
        free_bytes: Says how many bytes can still be had on a device.
    """

    layer_devices: tuple[torch.device, ...]
    limit_bytes: int | None = None
    free_bytes: Callable[[torch.device], int] = free_bytes

    def require_room(self, held: CacheUse, growth_bytes: int) -> None:
        """Make sure that one more round fits.

        Args:
            held: What the cache holds now.
            growth_bytes: New memory that the round will ask for, on all devices together.

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
        reserve = 0 if is_bounded else _RESERVE_BYTES
        for device, num_layers in Counter(self.layer_devices).items():
            share = growth_bytes * num_layers // len(self.layer_devices)
            free = self.free_bytes(device)
            if free < share + reserve:
                raise NotEnoughMemoryError(
                    f"{holds} and {device} had only {free / _GIB:.2f} GiB left to grow into; "
                    f"{_WHAT_TO_DO}"
                )
