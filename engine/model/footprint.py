"""How much memory a model takes, in plain numbers: known before anything is loaded."""

from __future__ import annotations

_WORKING_SHARE = 0.1
_WORKING_BYTES = 256 * 2**20
QUANTIZED_BITS = {"int8": 8.1, "int4": 4.5}
"""Of a weight, scales and zero points included."""


def needed_bytes(
    num_parameters: int, bytes_each: int, quantization: str | None = None, num_quantized: int = 0
) -> int:
    """Bytes that a model needs while it runs, its caches not counted.

    Args:
        num_parameters: Values in all of its weights.
        bytes_each: Size of those that are not quantized.
        quantization: "int8" or "int4", of the others.
        num_quantized: How many those are.
    """
    if quantization is None:
        num_quantized = 0
    weights = (num_parameters - num_quantized) * bytes_each
    packed = num_quantized * QUANTIZED_BITS.get(quantization or "", 0) / 8
    return int((weights + packed) * (1 + _WORKING_SHARE)) + _WORKING_BYTES
