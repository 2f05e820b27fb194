"""The matrix products and the attention of a step, and nothing else.

What the engine adds to them (norms, rotation, writing states, choosing the token, Python itself)
is its own cost, which it can be held to on any machine.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch.nn import functional

if TYPE_CHECKING:
    from torch import Tensor

    from engine.bench.standing import SkippingModel
    from engine.model.layers import DecoderLayer


class BareDecoder:
    """Multiplies and attends as a decoder does, on numbers that mean nothing.

    Args:
        model: Whose weights.
        num_stored: Tokens in the cache, the new ones included.
    """

    def __init__(self, model: SkippingModel, num_stored: int) -> None:
        self._decoder = model.decoder
        self._shape = shape = model.decoder.store_shape
        size = (2, 1, shape.num_heads, num_stored, shape.head_size)
        self._memory = [
            torch.randn(size, dtype=shape.dtype, device=device) for device in shape.devices
        ]
        self._width: int = model.network.config.text_config.hidden_size
        self._gated: int = model.network.config.text_config.intermediate_size

    @torch.inference_mode()
    def run(self, num_tokens: int, *, with_head: bool) -> None:
        """Everything for `num_tokens` new tokens; the head for the last of them.

        States go from device to device and end on the first, so that its clock sees all of it.
        """
        shape = self._shape
        states = torch.ones((num_tokens, self._width), dtype=shape.dtype, device=shape.device)
        gated = torch.ones((num_tokens, self._gated), dtype=shape.dtype, device=shape.device)
        for index, (layer, device) in enumerate(
            zip(self._decoder.layers, shape.devices, strict=True)
        ):
            states, gated = states.to(device), gated.to(device)
            self._run_layer(index, layer, states, gated)
        if with_head:
            self._decoder.head(states[-1:])
        states.to(shape.device)

    def _run_layer(self, index: int, layer: DecoderLayer, states: Tensor, gated: Tensor) -> None:
        heads, size = self._shape.num_heads, self._shape.head_size
        projected = layer.project(states)
        num_queries = projected.shape[1] - 2 * heads * size
        queries = projected[:, :num_queries].reshape(1, heads, -1, size)
        keys, values = self._memory[index]
        mixed = functional.scaled_dot_product_attention(queries, keys, values)
        layer.output(mixed.reshape(len(states), -1))
        layer.gate_and_up(states)
        layer.down(gated)
