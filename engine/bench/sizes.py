"""How much a step has to read and to compute at the least."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.bench.limits import Limits
    from engine.bench.standing import SkippingModel


class StepSizes:
    """Of a decoder's steps.

    Args:
        model: Whose.
    """

    def __init__(self, model: SkippingModel) -> None:
        decoder, network = model.decoder, model.network
        self._shape = decoder.store_shape
        self._precision = str(model.dtype).removeprefix("torch.")
        config = network.config.text_config
        self._num_queries: int = config.num_attention_heads
        layers = network.model.language_model.layers
        self._layer_bytes = _bytes(layers)
        self._head_bytes = _bytes(network.lm_head)
        width: int = config.hidden_size
        channels = self._num_queries + 2 * self._shape.num_heads
        projections = width * (channels + self._num_queries) * self._shape.head_size
        feed_forward: int = 3 * width * config.intermediate_size
        self._products = self._shape.num_layers * (projections + feed_forward)

    def decode_bytes(self, num_stored: int) -> int:
        """Weights, rotated keys and values, read once each."""
        return self._layer_bytes + self._head_bytes + self._cache_bytes(num_stored) * 2 // 3

    def evict_bytes(self, num_stored: int) -> int:
        """Keys and values, read and written once, at most."""
        return 2 * self._cache_bytes(num_stored)

    def prefill_operations(self, num_new: int, num_stored: int) -> int:
        """Additions and multiplications."""
        pairs = num_new * (num_stored - num_new) + num_new * (num_new + 1) // 2
        size, layers = self._shape.head_size, self._shape.num_layers
        return 2 * num_new * self._products + 4 * pairs * self._num_queries * size * layers

    def prefill_floor_s(self, num_new: int, num_stored: int, limits: Limits) -> float:
        """Time of those at the machine's own rate."""
        rate = limits.operations_per_s.get(self._precision, limits.operations_per_s["float32"])
        return self.prefill_operations(num_new, num_stored) / rate

    def _cache_bytes(self, num_stored: int) -> int:
        return num_stored * self._shape.bytes_per_token


def _bytes(module: object) -> int:
    parameters = getattr(module, "parameters")  # noqa: B009  (torch's modules are untyped here)
    buffers = getattr(module, "buffers")  # noqa: B009
    return sum(tensor.nbytes for tensors in (parameters(), buffers()) for tensor in tensors)
