"""Counting what is asked of torch, to find what would make a processor wait for its device."""

from __future__ import annotations

from collections import Counter
from typing import Any

import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode

WAITING = frozenset(
    (
        *("__bool__", "__contains__", "__float__", "__index__", "__int__", "is_nonzero", "item"),
        *("cpu", "equal", "numpy", "tolist"),
        *("masked_select", "nonzero", "repeat_interleave", "unique", "unique_consecutive"),
        *("as_tensor", "from_numpy", "tensor"),
    )
)
"""Functions that wait for a device: for a number, for a copy, or for how much there is of what they
give. Those that bring numbers from Python to a device wait, too."""


class Calls(TorchFunctionMode):
    """Counts the functions of torch that a block calls, whatever the device is.

    Attributes:
        axes: By a function's name, how many axes each result had that was a tensor, else -1.
    """

    def __init__(self) -> None:
        super().__init__()
        self.axes: dict[str, list[int]] = {}

    def __torch_function__(
        self, func: Any, types: Any, args: Any = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        """Call it."""
        result = func(*args, **(kwargs or {}))
        name = "nonzero" if _picks_by_truth(func, args) else func.__name__
        name = "tensor" if _sets_one_number(func, args) else name
        self.axes.setdefault(name, []).append(result.dim() if isinstance(result, Tensor) else -1)
        return result

    @property
    def waits(self) -> Counter[str]:
        """How often each function was called that waits."""
        return Counter({name: len(self.axes[name]) for name in WAITING & set(self.axes)})


def _sets_one_number(func: Any, args: Any) -> bool:
    """Whether a number of Python's is put in the place of one item, to which it is copied."""
    if func is not Tensor.__setitem__ or not isinstance(args[2], int | float):
        return False
    parts = args[1] if isinstance(args[1], tuple) else (args[1],)
    return len(parts) == args[0].dim() and all(isinstance(part, int) for part in parts)


def _picks_by_truth(func: Any, args: Any) -> bool:
    """Whether a tensor is indexed with truth values, whose number must be known first."""
    if func not in {Tensor.__getitem__, Tensor.__setitem__}:
        return False
    parts = args[1] if isinstance(args[1], tuple) else (args[1],)
    return any(isinstance(part, Tensor) and part.dtype == torch.bool for part in parts)
