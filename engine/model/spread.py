"""A model on several devices: which part lies where, and running tokens through all of them.

Each layer keeps its own keys and values beside its weights, so only the new tokens' states travel
from device to device, and the tokens are the same as on one.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from engine.errors import NotEnoughMemoryError
from engine.model.blank import blank_network
from engine.model.decoder import Decoder
from engine.model.memory import free_bytes
from engine.model.rotary import Rotation, rotate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.cache.store import KVStore, Slots
    from engine.model.checkpoint import Checkpoint

DeviceMap = dict[str, Any]
"""From names of modules to devices, as accelerate has it."""

_GIB = 2**30
_SHARE_FOR_WEIGHTS = 0.85
"""Of a device's free memory; the rest is for caches and activations."""


def free_bytes_of_cards() -> dict[int, int]:
    """Free memory of each CUDA device."""
    return {
        index: free_bytes(torch.device("cuda", index)) for index in range(torch.cuda.device_count())
    }


def share_among(checkpoint: Checkpoint, dtype: torch.dtype, free: Mapping[int, int]) -> DeviceMap:
    """Place a model's parts on devices, in order, without tearing a layer or the tower apart.

    Args:
        checkpoint: What is to be placed.
        dtype: Of its weights.
        free: Free bytes of each device.

    Raises:
        ModelLoadError: Its settings describe no network.
        NotEnoughMemoryError: All together have less than it needs.
    """
    import accelerate

    infer: Any = accelerate.infer_auto_device_map
    network = blank_network(checkpoint)
    network.tie_weights()
    most: dict[int | str, int] = {
        index: int(num_bytes * _SHARE_FOR_WEIGHTS) for index, num_bytes in free.items()
    }
    places: DeviceMap = infer(
        network,
        max_memory={**most, "cpu": 0},
        no_split_module_classes=[*network._no_split_modules, type(network.model.visual).__name__],
        dtype=dtype,
    )
    if not set(places.values()) <= set(free):
        raise NotEnoughMemoryError(
            f"the model does not fit into the {sum(free.values()) / _GIB:.1f} GiB that are free on "
            f"{len(free)} devices together; close other programs or choose a smaller model"
        )
    return places


def free_tower(network: Any) -> None:
    """Call a placed network's tower as it is.

    accelerate would move what it is told of its grids to its card, and kernels that cut windows by
    such numbers would wait for each of them.
    """
    from accelerate import hooks

    untyped: Any = hooks
    untyped.remove_hook_from_module(network.model.visual, recurse=True)


def devices_of_layers(network: Any) -> tuple[torch.device, ...]:
    """Where each of a loaded network's decoder layers lies."""
    return tuple(
        layer.input_layernorm.weight.device for layer in network.model.language_model.layers
    )


class SpreadDecoder(Decoder):
    """A decoder whose layers lie on several devices, in order.

    Args:
        layer_devices: Where each of them lies.
    """

    def __init__(
        self, *parts: Any, layer_devices: tuple[torch.device, ...], **settings: Any
    ) -> None:
        super().__init__(*parts, **settings)
        self.store_shape = replace(self.store_shape, layer_devices=layer_devices)
        self.steps = None  # they belong to one device

    def run(
        self,
        states: Tensor,
        rotation: Rotation,
        slots: Slots,
        added: Tensor | tuple[Tensor, ...] = (),
    ) -> Tensor:
        """The same as a `Decoder`'s, with the result on the first device."""
        at: torch.device | None = None
        for index, device in enumerate(self.store_shape.layer_devices):
            if device != at:
                states, rotation, at = states.to(device), rotation.to(device), device
            states = self._through(index, states, rotation, slots)
            if index < len(added):
                states = states + added[index].to(device)
        slots.commit(len(states))
        return states.to(self.store_shape.device)

    def normed(self, states: Tensor) -> Tensor:
        """The same as a `Decoder`'s, with the result where the head is."""
        return super().normed(states.to(self._norm.weight.device))

    def logits(self, output: Tensor) -> Tensor:
        """The same as a `Decoder`'s, with the result on the first device."""
        return super().logits(output).to(self.store_shape.device)

    def rerotate(self, store: KVStore, start: int, rotation: Rotation) -> None:
        """The same as a `Decoder`'s, on each device."""
        store.rerotate(start, lambda states: rotate(states, rotation.to(states.device)))
