"""A device that is not the processor, though what it computes is computed there.

Its tensors meet none of another device but numbers and indices, as on CUDA, or `MixedDevicesError`
is raised. So what was written for a graphics processor shows without one where it forgets to move
something. torch keeps one device for others to fill in ("privateuseone"); registering it is for
the whole process, so this belongs into one of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import torch
from torch.overrides import TorchFunctionMode
from torch.utils import backend_registration
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves, tree_map_only

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

KIND = "privateuseone"

_ATEN: Any = torch.ops.aten
_COPIES = {_ATEN._to_copy.default, _ATEN.copy_.default}
_TAKE_INDICES = {_ATEN.index.Tensor, _ATEN.index_put_.default}
_MAKE_OF_NUMBERS = {torch.tensor, torch.as_tensor, torch.Tensor.new_tensor}


class MixedDevicesError(Exception):
    """An operation on tensors of several devices."""


class Elsewhere(torch.Tensor):
    """A tensor that is said to lie on another device.

    Attributes:
        inner: The one on the processor.
    """

    inner: torch.Tensor

    @staticmethod
    def __new__(cls: Any, inner: torch.Tensor, device: torch.device) -> Any:
        make: Any = torch.Tensor
        return make._make_wrapper_subclass(
            cls,
            inner.size(),
            strides=inner.stride(),
            storage_offset=inner.storage_offset(),
            dtype=inner.dtype,
            device=device,
        )

    def __init__(self, inner: torch.Tensor, _device: torch.device) -> None:
        self.inner = inner

    @classmethod
    def __torch_dispatch__(
        cls, func: Any, _types: Any, args: Any = (), kwargs: Any = None
    ) -> object:
        return _run(func, args, kwargs or {})


class _Operations(TorchDispatchMode):
    def __torch_dispatch__(
        self, func: Any, _types: Any, args: Any = (), kwargs: Any = None
    ) -> object:
        return _run(func, args, kwargs or {})


class _Functions(TorchFunctionMode):
    """Those of Python's numbers, which are no operations on tensors."""

    def __torch_function__(
        self, func: Any, _types: Any, args: Any = (), kwargs: Any = None
    ) -> object:
        kwargs = dict(kwargs or {})
        if func is torch.Tensor.tolist and isinstance(args[0], Elsewhere):
            return args[0].inner.tolist()
        if func not in _MAKE_OF_NUMBERS:
            return func(*args, **kwargs)
        if func is torch.Tensor.new_tensor:
            like, *args = args
            func, kwargs = torch.tensor, {"dtype": like.dtype, "device": like.device, **kwargs}
        device = kwargs.pop("device", None)
        made = func(*args, **kwargs)
        return made if device is None else made.to(device)


def move(network: torch.nn.Module, device_of: Callable[[str], torch.device]) -> None:
    """Put each module's weights on the device that `device_of` says for its name."""
    for name, module in network.named_modules():
        for key, weights in module._parameters.items():
            if weights is not None:
                moved = Elsewhere(weights.data, device_of(name))
                module._parameters[key] = torch.nn.Parameter(moved, requires_grad=False)
        for key, weights in module._buffers.items():
            if weights is not None:
                module._buffers[key] = Elsewhere(weights, device_of(name))


def register() -> None:
    """Make the device known to torch, for the rest of the process, before anything else is loaded.

    There is no inference mode then: in it operations that consist of others come whole.
    """
    backend_registration._setup_privateuseone_for_python_backend()
    untyped: Any = torch
    untyped.inference_mode = lambda **_: torch.no_grad()


def computing() -> tuple[TorchFunctionMode, TorchDispatchMode]:
    """What must be entered, in this order, for the device to compute."""
    return _Functions(), _Operations()


def _run(func: Any, args: Sequence[object], kwargs: Mapping[str, object]) -> object:
    """An operation, on the processor."""
    leaves = tree_leaves((args, kwargs))
    there = [leaf for leaf in leaves if isinstance(leaf, Elsewhere)]
    _require_one_device(func, leaves)
    device = _result_device(func, args, kwargs, there)
    if "device" in kwargs:
        kwargs = {**kwargs, "device": torch.device("cpu")}
    inner_args, inner_kwargs = tree_map_only(Elsewhere, _inner_of, (args, kwargs))
    result = func(*inner_args, **inner_kwargs)
    known = {id(tensor.inner): tensor for tensor in there}  # those that were changed in place

    def outer_of(inner: torch.Tensor) -> torch.Tensor:
        if id(inner) in known and func._schema.is_mutable:
            return known[id(inner)]
        return inner if device is None else Elsewhere(inner, device)

    return tree_map_only(torch.Tensor, outer_of, result)


def _inner_of(outer: Elsewhere) -> torch.Tensor:
    return outer.inner


def _require_one_device(func: Any, leaves: Sequence[object]) -> None:
    tensors = [leaf for leaf in leaves if isinstance(leaf, torch.Tensor)]
    devices = {tensor.device for tensor in tensors if tensor.dim() or isinstance(tensor, Elsewhere)}
    if func in _TAKE_INDICES:
        devices -= {torch.device("cpu")}
    if len(devices) > 1 and func not in _COPIES:
        shapes = [tuple(tensor.shape) for tensor in tensors]
        raise MixedDevicesError(f"{func} on {devices} of {shapes}")


def _result_device(
    func: Any, args: Sequence[object], kwargs: Mapping[str, object], there: Sequence[Elsewhere]
) -> torch.device | None:
    """Where the result lies; nowhere else is None."""
    asked = kwargs.get("device")
    if asked is not None:
        device = torch.device(cast("torch.device", asked))
        return torch.device(KIND, device.index or 0) if device.type == KIND else None
    if func is _ATEN.copy_.default and not isinstance(args[0], Elsewhere):
        return None
    return there[0].device if there else None
