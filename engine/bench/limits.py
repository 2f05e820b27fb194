"""What the machine can do at most: how fast it reads memory, and how fast it multiplies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch.nn import functional

from engine.bench.samples import time_in_turns
from engine.errors import NotEnoughMemoryError

if TYPE_CHECKING:
    from collections.abc import Callable

_READ_BYTES = {"cpu": 256 * 2**20, "cuda": 4 * 2**30}
_MATRIX_SIDE = {"cpu": 1024, "cuda": 8192}
_SECONDS, _MOST_TURNS = 1.0, 20


@dataclass(frozen=True, slots=True)
class Limits:
    """The best of several tries each, since whatever disturbs only makes it slower.

    Attributes:
        read_bytes_per_s: Of a plain sum over memory that no cache holds.
        operations_per_s: Additions and multiplications of square matrix products, by precision.
    """

    read_bytes_per_s: float
    operations_per_s: dict[str, float]


def measure_limits(device: torch.device) -> Limits:
    """Measure a device; takes a second or two.

    Raises:
        NotEnoughMemoryError: There is no room for what is read and multiplied.
    """
    try:
        return _measure(device)
    except RuntimeError as error:  # torch's own, of which its one for memory is a kind
        raise NotEnoughMemoryError(
            "there is no room to measure how fast this machine is; close other programs and try "
            "again"
        ) from error


def _measure(device: torch.device) -> Limits:
    kind = "cuda" if device.type == "cuda" else "cpu"
    memory = torch.zeros(_READ_BYTES[kind] // 4, device=device)
    rates = {
        str(dtype).removeprefix("torch."): _rate(dtype, _MATRIX_SIDE[kind], device)
        for dtype in _dtypes(device)
    }
    return Limits(memory.nbytes / _best(memory.sum, device), rates)


def _dtypes(device: torch.device) -> tuple[torch.dtype, ...]:
    halves = (torch.bfloat16, torch.float16) if device.type == "cuda" else (torch.bfloat16,)
    return (torch.float32, *halves)


def _rate(dtype: torch.dtype, side: int, device: torch.device) -> float:
    matrix = torch.ones((side, side), dtype=dtype, device=device)
    # As layers multiply: a plain product may take other kernels, for bfloat16 far slower ones.
    return 2 * side**3 / _best(lambda: functional.linear(matrix, matrix), device)


def _best(work: Callable[[], object], device: torch.device) -> float:
    (samples,) = time_in_turns([work], device, seconds=_SECONDS, most_turns=_MOST_TURNS)
    return min(samples.seconds)
