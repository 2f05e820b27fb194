"""Whether a model fits into a device's memory, asked before it is loaded."""

from __future__ import annotations

import psutil
import torch

from engine.errors import NotEnoughMemoryError
from engine.model.footprint import needed_bytes

_GIB = 2**30


def estimate_bytes(num_parameters: int, dtype: torch.dtype) -> int:
    """Bytes that a model of `num_parameters` needs while it runs, its caches not counted."""
    return needed_bytes(num_parameters * dtype.itemsize)


def free_bytes(device: torch.device) -> int:
    """Bytes that can still be had on `device`."""
    if device.type == "cuda":
        return torch.cuda.mem_get_info(device)[0]
    return int(psutil.virtual_memory().available)


def require_memory(num_parameters: int, dtype: torch.dtype, device: torch.device) -> None:
    """Make sure that the model fits.

    Raises:
        NotEnoughMemoryError: It does not.
    """
    needed, free = estimate_bytes(num_parameters, dtype), free_bytes(device)
    if needed > free:
        raise NotEnoughMemoryError(
            f"the model needs about {needed / _GIB:.1f} GiB and {free / _GIB:.1f} GiB are free on "
            f"{device}; close other programs or choose a smaller model"
        )
