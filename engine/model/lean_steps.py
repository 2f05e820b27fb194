"""Decoding on a processor in float32, with compiled functions for all that is small.

torch takes some microseconds to begin an operation, several times what adding a thousand numbers
takes, and a token needs some fifty of them per layer. So products and attention are torch's here,
what lies between them is compiled, and both work on the same memory, which stays from token to
token.

Axes: E channels of the model, H key/value heads, G query heads per key/value head, D channels of a
head, I channels of the feed-forward block.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from engine.model.between import multiply, normalise, normalise_heads, rotate_and_store
from engine.model.layers import Plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from engine.cache.store import KVStore, StoreShape
    from engine.model.layers import DecoderLayer, Linear, RmsNorm
    from engine.model.rotary import Rotation

    Numbers = NDArray[np.float32]


def are_lean(
    layers: Sequence[DecoderLayer], embedding: object, head: object, shape: StoreShape
) -> bool:
    """Whether a decoder's weights can be used so: plain ones, in float32, on the processor."""
    return (
        shape.dtype == torch.float32
        and shape.device.type == "cpu"
        and type(embedding) is nn.Embedding
        and type(head) is nn.Linear
        and all(_is_plain(layer) for layer in layers)
    )


def _is_plain(layer: DecoderLayer) -> bool:
    linears = (layer.project, layer.output, layer.gate_and_up, layer.down)
    return all(isinstance(linear, Plain) for linear in linears)


class LeanSteps:
    """The steps of all stores that a decoder works on; they go with their stores.

    Args:
        layers: The decoder's, of which `are_lean` is true.
        embedding: Of the tokens, (vocabulary, E).
        norm: Of what the last layer gives.
        head: The language head.
    """

    def __init__(
        self, layers: Sequence[DecoderLayer], embedding: Tensor, norm: RmsNorm, head: Linear
    ) -> None:
        self._layers = [_Layer.of(layer) for layer in layers]
        self._embedding = _numbers(embedding)
        self._norm = _Norm.of(norm)
        self._head = head

    def decode(self, token_id: int, rotation: Rotation, store: KVStore) -> Tensor:
        """Run one token and store its states; gives its output (E,) until the next call."""
        store.reserve(1)
        step: _Step | None = store.made.get(self)
        if step is None:
            step = store.made[self] = _Step(self._layers, self._norm, store)
        output = step(self._embedding[token_id], rotation, store.length)
        store.commit(1)
        return output

    def logits(self, output: Tensor) -> Tensor:
        """Scores (vocabulary,) of an output (E,).

        A product with a vector; one with a matrix of a single row takes torch longer.
        """
        return self._head(output)


@dataclass(frozen=True, slots=True, eq=False)
class _Norm:
    """Root mean square norm over the last axis."""

    weight: Numbers
    epsilon: float

    @classmethod
    def of(cls, norm: RmsNorm) -> _Norm:
        return cls(_numbers(norm.weight), float(norm.epsilon))

    def __call__(self, states: Numbers, out: Numbers) -> None:
        """Of one vector (E,)."""
        normalise(states, self.weight, self.epsilon, out)

    def of_heads(self, heads: Numbers) -> None:
        """Of each head's own channels (heads, D), in place; the weight is (heads, 1, D)."""
        normalise_heads(heads, self.weight[:, 0], self.epsilon)


@dataclass(frozen=True, slots=True, eq=False)
class _Product:
    """A matrix product and perhaps a bias."""

    weight: Tensor
    bias: Tensor | None

    @classmethod
    def of(cls, linear: Linear) -> _Product:
        plain = cast("Plain", linear)
        return cls(plain.weight.detach(), None if plain.bias is None else plain.bias.detach())

    def into(self, inputs: Tensor, out: Tensor) -> None:
        """Write outputs (N,) for inputs (K,)."""
        if self.bias is None:
            torch.mv(self.weight, inputs, out=out)
        else:
            torch.addmv(self.bias, self.weight, inputs, out=out)

    def add_to(self, states: Tensor, inputs: Tensor) -> None:
        """Add the outputs to `states` (N,)."""
        states.addmv_(self.weight, inputs)
        if self.bias is not None:
            states.add_(self.bias)


@dataclass(frozen=True, slots=True, eq=False)
class _Layer:
    """A `DecoderLayer`'s parts, each for the library that works with it."""

    attention_norm: _Norm
    head_norm: _Norm | None
    project: _Product
    output: _Product
    feed_forward_norm: _Norm
    gate_and_up: _Product
    activation: Linear
    down: _Product

    @classmethod
    def of(cls, layer: DecoderLayer) -> _Layer:
        return cls(
            attention_norm=_Norm.of(layer.attention_norm),
            head_norm=None if layer.head_norm is None else _Norm.of(layer.head_norm),
            project=_Product.of(layer.project),
            output=_Product.of(layer.output),
            feed_forward_norm=_Norm.of(layer.feed_forward_norm),
            gate_and_up=_Product.of(layer.gate_and_up),
            activation=layer.activation,
            down=_Product.of(layer.down),
        )


class _Buffer:
    """A tensor that stays, and the same numbers for NumPy."""

    def __init__(self, *shape: int) -> None:
        with torch.inference_mode(mode=False):  # so that it may be written to in any mode
            self.tensor = torch.zeros(shape)
        self.numbers: Numbers = self.tensor.numpy()


class _Step:
    """Runs one token after the other on one store's memory."""

    def __init__(self, layers: Sequence[_Layer], norm: _Norm, store: KVStore) -> None:
        self._memory, shape = store.memory, store.shape
        self._layers, self._norm = layers, norm
        num_heads, size = shape.num_heads, shape.head_size
        channels, projected = layers[0].output.weight.shape[0], len(layers[0].project.weight)
        num_turned = projected // size - num_heads  # queries and keys
        self._states, self._normed = _Buffer(channels), _Buffer(channels)
        self._projected, self._turned = _Buffer(projected), _Buffer(num_turned, size)
        self._gates = _Buffer(len(layers[0].gate_and_up.weight))
        self._gated = _Buffer(len(self._gates.tensor) // 2)
        self._name_parts(num_heads, size)

    def _name_parts(self, num_heads: int, size: int) -> None:
        """Views of the buffers and of the memory; making them anew would cost the most."""
        num_turned = len(self._turned.numbers)
        self._heads = self._projected.numbers.reshape(-1, size)
        self._unturned = self._heads[:num_turned]
        queries = self._turned.tensor[: num_turned - num_heads]
        self._queries = queries.view(1, num_heads, -1, size)
        self._gate, self._up = self._gates.tensor.chunk(2)[0], np.split(self._gates.numbers, 2)[1]
        memory = self._memory.numpy()  # (3, L, H, capacity, D)
        self._parts = [memory[:, index] for index in range(memory.shape[1])]

    def __call__(self, embedding: Numbers, rotation: Rotation, slot: int) -> Tensor:
        """Output (E,) of a token; the next call overwrites it."""
        np.copyto(self._states.numbers, embedding)
        cos, sin = (part.numpy()[0] for part in rotation)
        seen = self._memory[:, :, :, : slot + 1]
        keys, values = seen[2:].unbind(1), seen[1:2].unbind(1)
        for index, layer in enumerate(self._layers):
            layer.attention_norm(self._states.numbers, self._normed.numbers)
            layer.project.into(self._normed.tensor, self._projected.tensor)
            if layer.head_norm is not None:
                layer.head_norm.of_heads(self._unturned)
            rotate_and_store(self._heads, cos, sin, self._turned.numbers, self._parts[index], slot)
            mixed = functional.scaled_dot_product_attention(
                self._queries, keys[index], values[index]
            )
            layer.output.add_to(self._states.tensor, mixed.view(-1))
            self._feed_forward(layer)
        self._norm(self._states.numbers, self._normed.numbers)
        return self._normed.tensor

    def _feed_forward(self, layer: _Layer) -> None:
        layer.feed_forward_norm(self._states.numbers, self._normed.numbers)
        layer.gate_and_up.into(self._normed.tensor, self._gates.tensor)
        multiply(layer.activation(self._gate).numpy(), self._up, self._gated.numbers)
        layer.down.add_to(self._states.tensor, self._gated.tensor)


def _numbers(tensor: Tensor) -> Numbers:
    """The same memory for NumPy."""
    return tensor.detach().numpy()
