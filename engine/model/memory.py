"""Whether a model fits into a device's memory, asked before it is loaded."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import psutil
import torch

from engine.errors import NotEnoughMemoryError
from engine.model.footprint import needed_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from engine.model.checkpoint import Checkpoint
    from engine.model.precision import Precision, Quantization

_GIB = 2**30


def estimate_bytes(
    num_parameters: int,
    dtype: torch.dtype,
    quantization: Quantization | None = None,
    num_quantized: int = 0,
) -> int:
    """Bytes that a model needs while it runs, its caches not counted.

    Args:
        num_parameters: Values in all of its weights.
        dtype: Of those that are not quantized.
        quantization: Of the others.
        num_quantized: How many those are.
    """
    return needed_bytes(num_parameters, dtype.itemsize, quantization, num_quantized)


def free_bytes(device: torch.device) -> int:
    """Bytes that can still be had on `device`."""
    if device.type == "cuda":  # torch holds back what it has freed, and takes it from there first
        held_back = torch.cuda.memory_reserved(device) - torch.cuda.memory_allocated(device)
        return torch.cuda.mem_get_info(device)[0] + held_back
    return int(psutil.virtual_memory().available)


def room_bytes(
    part_devices: Sequence[torch.device], free: Callable[[torch.device], int] = free_bytes
) -> int:
    """Bytes that equal parts can take all together before one of their devices is full.

    Args:
        part_devices: Where each part lies.
        free: Says how many bytes can still be had on a device.
    """
    shares = Counter(part_devices).items()
    return min(free(device) * len(part_devices) // num_parts for device, num_parts in shares)


def require_memory(checkpoint: Checkpoint, precision: Precision, device: torch.device) -> None:
    """Make sure that the model fits, on a processor also while its weights are being quantized.

    Raises:
        NotEnoughMemoryError: It does not.
    """
    quantization = None if device.type == "cpu" else precision.quantization
    needed = estimate_bytes(
        checkpoint.num_parameters, precision.dtype, quantization, checkpoint.num_quantizable
    )
    free = free_bytes(device)
    if needed > free:
        raise NotEnoughMemoryError(
            f"the model needs about {needed / _GIB:.1f} GiB and {free / _GIB:.1f} GiB are free on "
            f"{device}; close other programs or choose a smaller model"
        )
