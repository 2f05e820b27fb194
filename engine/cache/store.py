"""Keys and values of the kept tokens, in tensors allocated ahead.

Axes: L layers, H key/value heads, n tokens, D channels of a head.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import torch
from torch import Tensor

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_GROWTH = 1.5


@dataclass(frozen=True, slots=True)
class StoreShape:
    """What a model's keys and values look like.

    Attributes:
        device: Where they lie, or the first of several devices.
        layer_devices: Where each layer's lie; empty for all on `device`.
    """

    num_layers: int
    num_heads: int
    head_size: int
    dtype: torch.dtype
    device: torch.device
    layer_devices: tuple[torch.device, ...] = ()

    @property
    def devices(self) -> tuple[torch.device, ...]:
        """Where each layer's lie."""
        return self.layer_devices or (self.device,) * self.num_layers

    @property
    def bytes_per_token(self) -> int:
        """Bytes of one token's keys, rotated keys and values in all layers."""
        return 3 * self.num_layers * self.num_heads * self.head_size * self.dtype.itemsize


@dataclass(frozen=True, slots=True, eq=False)
class Visible:
    """How much one new token sees of its views, where only the device knows.

    Attributes:
        borders: Where the token (0, 1) and the slots that it sees (0, n) begin and end, int32
            (2, 2), for kernels that take sequences of any length.
        mask: The same for other kernels, to be added to the scores, (n,).
    """

    borders: Tensor
    mask: Tensor | None

    @property
    def num_slots(self) -> Tensor:
        """How many slots the token sees, int32 (1,)."""
        return self.borders[1, 1:]


class LayerKeys(NamedTuple):
    """What attention of one layer reads: views of rotated keys and values, (1, H, n, D) each.

    Without `visible` the new tokens are the last ones of the views.
    """

    keys: Tensor
    values: Tensor
    visible: Visible | None = None


class Slots(Protocol):
    """Takes new tokens' states, layer by layer."""

    def write(self, layer: int, keys_and_values: Tensor, rotated_keys: Tensor) -> LayerKeys:
        """Put one layer's new states behind the stored ones and give all of them."""
        ...

    def commit(self, num_tokens: int) -> None:
        """Count tokens whose states were written in every layer."""
        ...


class LayerMemory(NamedTuple):
    """One layer's part of the memory: (2, H, n, D), then (1, H, n, D) each."""

    keys_and_values: Tensor
    values: Tensor
    rotated: Tensor


class KVStore:
    """Unrotated keys, rotated keys and values of a context's first `length` tokens.

    New tokens are written in place behind the others, layer by layer, and count from `commit` on.
    Memory grows by halves, so a bounded context stops allocating.

    Attributes:
        length: Tokens whose states are stored.
        num_turned: The first of them, whose rotated keys are valid.
        made: What others made of the memory, by its makers; forgotten once the memory is another.
    """

    def __init__(self, shape: StoreShape, capacity: int) -> None:
        self.shape = shape
        self.made: dict[object, Any] = {}
        self.length = self.num_turned = 0
        self._use(self._allocate(capacity))

    @property
    def memory(self) -> Tensor:
        """All of it on the first device; another tensor once it has grown."""
        return self._buffers[0]

    def layer(self, index: int) -> LayerMemory:
        """One layer's part of the memory, as views."""
        return self._by_layer[index]

    @property
    def capacity(self) -> int:
        """Tokens that fit without new memory."""
        return self.memory.shape[3]

    def growth_bytes(self, num_tokens: int) -> int:
        """New memory that `reserve` will ask for, while the old is still held."""
        grown = self._grown(num_tokens)
        return 0 if grown == self.capacity else grown * self.shape.bytes_per_token

    def reserve(self, num_tokens: int) -> None:
        """Make room for `num_tokens` more."""
        capacity = self._grown(num_tokens)
        if capacity == self.capacity:
            return
        grown = self._allocate(capacity)
        for new, old in zip(grown, self._buffers, strict=True):
            new[:, :, :, : self.length] = old[:, :, :, : self.length]
        self._use(grown)

    def write(self, layer: int, keys_and_values: Tensor, rotated_keys: Tensor) -> LayerKeys:
        """Put one layer's new states behind the stored ones and give all of them.

        Args:
            layer: Which.
            keys_and_values: Unrotated keys, then values, (2 * H, n, D).
            rotated_keys: (H, n, D).
        """
        num_heads, num_tokens, size = rotated_keys.shape
        stop = self.length + num_tokens
        views = self._by_layer[layer]
        pairs = keys_and_values.reshape(2, num_heads, num_tokens, size)
        views.keys_and_values[:, :, self.length : stop] = pairs
        views.rotated[:, :, self.length : stop] = rotated_keys
        return LayerKeys(views.rotated[:, :, :stop], views.values[:, :, :stop])

    def commit(self, num_tokens: int) -> None:
        """Count tokens whose states were written in every layer."""
        if self.num_turned == self.length:
            self.num_turned += num_tokens
        self.length += num_tokens

    def keep(self, ranges: Sequence[tuple[int, int]]) -> None:
        """Keep the given slots, in the given order: one gather over all layers.

        Keys that move must be turned anew, so only the unrotated ones and the values move.
        """
        unmoved = 0
        while ranges and ranges[0][0] == unmoved:  # a prefix that stays needs no copy
            unmoved, ranges = ranges[0][1], ranges[1:]
        slots = [torch.arange(start, stop) for start, stop in ranges]
        stop = unmoved
        if slots:
            index = torch.cat(slots)
            stop += len(index)
            for buffer in self._buffers:
                moving = buffer[:2]
                moving[:, :, :, unmoved:stop] = moving.index_select(3, index.to(buffer.device))
        self.length = stop
        self.num_turned = min(self.num_turned, unmoved)

    def clear(self) -> None:
        """Forget everything; the memory stays."""
        self.length = self.num_turned = 0

    def rerotate(self, start: int, rotate: Callable[[Tensor], Tensor]) -> None:
        """Rotate the keys from slot `start` on anew, one layer at a time to bound the memory."""
        for buffer in self._buffers:
            for unrotated, rotated in zip(buffer[0], buffer[2], strict=True):
                rotated[:, start : self.length] = rotate(unrotated[:, start : self.length])
        self.num_turned = self.length

    def replace_prefix(self, num_tokens: int, other: KVStore) -> None:
        """Put another store's tokens in the place of the first `num_tokens`."""
        rest = [buffer[:, :, :, num_tokens : self.length].clone() for buffer in self._buffers]
        stop = other.length + self.length - num_tokens
        self.clear()
        self.reserve(stop)
        for buffer, first, last in zip(self._buffers, other._buffers, rest, strict=True):
            buffer[:, :, :, : other.length] = first[:, :, :, : other.length]
            buffer[:, :, :, other.length : stop] = last
        self.length = stop
        self.num_turned = 0

    def _grown(self, num_tokens: int) -> int:
        """Capacity that there must be for `num_tokens` more."""
        needed = self.length + num_tokens
        if needed <= self.capacity:
            return self.capacity
        return max(needed, int(self.capacity * _GROWTH))

    def _use(self, buffers: list[Tensor]) -> None:
        self._buffers = buffers
        self.made.clear()
        # Views made once: making them anew would cost more than writing one token's states.
        self._by_layer = [
            LayerMemory(layer[:2], layer[1:2], layer[2:])
            for buffer in buffers
            for layer in buffer.unbind(1)
        ]

    def _allocate(self, capacity: int) -> list[Tensor]:
        """Per device one tensor (3, L, H, capacity, D): unrotated keys, values, rotated keys.

        It is cleared, since steps of fixed shape multiply even hidden slots by their weight of 0,
        and whatever lay in fresh memory could be no number.
        """
        shape = self.shape
        return [
            torch.zeros(
                (3, len(list(layers)), shape.num_heads, capacity, shape.head_size),
                dtype=shape.dtype,
                device=device,
            )
            for device, layers in groupby(shape.devices)
        ]
