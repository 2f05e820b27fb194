"""How much a step has to read and to compute at the least."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch.utils import flop_counter

if TYPE_CHECKING:
    from engine.bench.limits import Limits
    from engine.bench.standing import SkippingModel
    from engine.vision import ClipPatches


_ATTENTION_OF_PROCESSORS: Any = torch.ops.aten._scaled_dot_product_flash_attention_for_cpu
"""A kernel that torch's own counter does not know."""


class StepSizes:
    """Of a model's steps.

    Args:
        model: Whose.
        limits: Of the machine, which make times of the sizes.
    """

    def __init__(self, model: SkippingModel, limits: Limits) -> None:
        self._model, self._limits = model, limits
        decoder, network = model.decoder, model.network
        self._shape = decoder.store_shape
        self._precision = str(model.dtype).removeprefix("torch.")
        config = network.config.text_config
        self._num_queries: int = config.num_attention_heads
        layers = network.model.language_model.layers
        self._layer_bytes = _bytes(layers)
        self._head_bytes = _bytes(network.lm_head)
        self.vision_bytes = _bytes(network.model.visual)
        width: int = config.hidden_size
        channels = self._num_queries + 2 * self._shape.num_heads
        projections = width * (channels + self._num_queries) * self._shape.head_size
        feed_forward: int = 3 * width * config.intermediate_size
        self._products = self._shape.num_layers * (projections + feed_forward)

    def reading_s(self, num_bytes: int) -> float:
        """Time of reading so much, at the machine's own rate."""
        return num_bytes / self._limits.read_bytes_per_s

    def decode_bytes(self, num_stored: int) -> int:
        """Weights, rotated keys and values, read once each."""
        return self.prefill_bytes(num_stored) + self._head_bytes

    def prefill_bytes(self, num_stored: int) -> int:
        """The same without the head, which belongs to the tokens that follow."""
        return self._layer_bytes + self._part_of_cache(num_stored)

    def evict_bytes(self, num_stored: int) -> int:
        """Unrotated keys and values, read and written once, at most."""
        return 2 * self._part_of_cache(num_stored)

    def prefill_operations(self, num_new: int, num_stored: int) -> int:
        """Additions and multiplications."""
        pairs = num_new * (num_stored - num_new) + num_new * (num_new + 1) // 2
        size, layers = self._shape.head_size, self._shape.num_layers
        return 2 * num_new * self._products + 4 * pairs * self._num_queries * size * layers

    def prefill_floor_s(self, num_new: int, num_stored: int) -> float:
        """Time of those at the machine's own rate."""
        return self.prefill_operations(num_new, num_stored) / self._rate

    def vision_floor_s(self, clip: ClipPatches) -> float:
        """Time of the tower's additions and multiplications, counted while it runs once."""
        library: Any = flop_counter  # partly untyped
        counter = library.FlopCounterMode(
            display=False, custom_mapping={_ATTENTION_OF_PROCESSORS: _count_attention}
        )
        with torch.no_grad(), counter:
            self._model.embed_clip(clip)
        return counter.get_total_flops() / self._rate

    @property
    def _rate(self) -> float:
        rates = self._limits.operations_per_s
        return rates.get(self._precision, rates["float32"])

    def _part_of_cache(self, num_stored: int) -> int:
        """Keys of one kind and values: two of the three parts that are kept."""
        return num_stored * self._shape.bytes_per_token * 2 // 3


def _count_attention(query: Any, key: Any, value: Any, *_: object, **__: object) -> int:
    """Additions and multiplications by the shapes of what attends."""
    library: Any = flop_counter
    return library.sdpa_flop_count(query, key, value)


def _bytes(module: object) -> int:
    parameters = getattr(module, "parameters")  # noqa: B009  (torch's modules are untyped here)
    buffers = getattr(module, "buffers")  # noqa: B009
    return sum(tensor.nbytes for tensors in (parameters(), buffers()) for tensor in tensors)
