"""What lies between the products of one token's way through a layer, compiled.

All numbers are float32. Axes: E channels of the model, L layers, H key/value heads, G query heads
per key/value head, D channels of a head, n tokens that the memory holds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.compiled import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[np.float32]


@compiled("void(float32[::1], float32[::1], float32, float32[::1])")
def normalise(states: Numbers, weight: Numbers, epsilon: float, out: Numbers) -> None:
    """Root mean square norm of `states` (E,)."""
    squares = np.float32(0)
    for index in range(len(states)):
        squares += states[index] * states[index]
    scale = np.float32(1) / np.sqrt(squares / np.float32(len(states)) + epsilon)
    for index in range(len(states)):
        out[index] = states[index] * scale * weight[index]


@compiled("void(float32[:, ::1], float32[:, ::1], float32)")
def normalise_heads(heads: Numbers, weight: Numbers, epsilon: float) -> None:
    """The same of each head's own channels (heads, D), in place."""
    for head in range(len(heads)):
        normalise(heads[head], weight[head], epsilon, heads[head])


@compiled("void(float32[:, ::1], float32[:], float32[:], float32[:, ::1])")
def _rotate(heads: Numbers, cos: Numbers, sin: Numbers, out: Numbers) -> None:
    """Rotate the channels of as many heads as `out` has, (heads, D)."""
    half = heads.shape[1] // 2
    for head in range(len(out)):
        for channel in range(half):
            partner = channel + half
            first, second = heads[head, channel], heads[head, partner]
            out[head, channel] = first * cos[channel] + second * sin[channel]
            out[head, partner] = second * cos[partner] + first * sin[partner]


@compiled(
    "void(float32[:, ::1], float32[:], float32[:], float32[:, ::1], float32[:, :, :, :], int64)"
)
def rotate_and_store(
    heads: Numbers, cos: Numbers, sin: Numbers, turned: Numbers, memory: Numbers, slot: int
) -> None:
    """Rotate a token's queries and keys, and write its keys and values to its slot.

    Args:
        heads: Queries, keys and values, (G * H + 2 * H, D).
        cos: Of the rotation, (D,).
        sin: The same.
        turned: Queries and keys after it, (G * H + H, D), written here.
        memory: One layer's part of `KVStore.memory`, (3, H, n, D).
        slot: Which of n.
    """
    num_heads, size = memory.shape[1], memory.shape[3]
    _rotate(heads, cos, sin, turned)
    first_key = len(turned) - num_heads
    for head in range(num_heads):
        for channel in range(size):
            memory[0, head, slot, channel] = heads[first_key + head, channel]
            memory[1, head, slot, channel] = heads[len(turned) + head, channel]
            memory[2, head, slot, channel] = turned[first_key + head, channel]


@compiled("void(float32[::1], float32[::1], float32[::1])")
def multiply(one: Numbers, other: Numbers, out: Numbers) -> None:
    """Their product, number by number."""
    for index in range(len(out)):
        out[index] = one[index] * other[index]
