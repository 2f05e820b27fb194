"""What is compiled gives what torch's own steps give."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn import functional

from engine.cache.store import KVStore, StoreShape
from engine.model import between
from engine.model.rotary import MultimodalRotary
from engine.model.rotary import rotate as rotate_by_torch

if TYPE_CHECKING:
    from torch import Tensor

seeds = st.integers(0, 999)
few = st.integers(1, 9)


def numbers(seed: int, *shape: int) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def assert_close(found: np.ndarray, expected: Tensor) -> None:
    torch.testing.assert_close(torch.from_numpy(found), expected, rtol=1e-5, atol=1e-6)


@given(seed=seeds, size=st.integers(1, 70))
def test_normalise(seed: int, size: int) -> None:
    states, weight = numbers(seed, 2, size)
    out = np.empty(size, np.float32)
    between.normalise(states.numpy(), weight.numpy(), 1e-6, out)
    assert_close(out, functional.rms_norm(states, (size,), weight, 1e-6))


@given(seed=seeds, num_heads=few, size=few)
def test_normalise_heads(seed: int, num_heads: int, size: int) -> None:
    heads, weight = numbers(seed, 2, num_heads, size)
    expected = functional.rms_norm(heads, (size,), eps=1e-6) * weight
    between.normalise_heads(heads.numpy(), weight.numpy(), 1e-6)
    assert_close(heads.numpy(), expected)


@given(
    seed=seeds,
    num_heads=few,
    num_queries=few,
    half=few,
    layer=st.integers(0, 2),
    position=st.integers(0, 5000),
)
def test_rotate_and_store(
    seed: int, num_heads: int, num_queries: int, half: int, layer: int, position: int
) -> None:
    size, num_turned = 2 * half, num_heads * (1 + num_queries)
    rotary = MultimodalRotary(1 / 10.0 ** torch.arange(half), [0] * half, 1.0)
    # One row of several does not lie in one piece.
    rotation = rotary(torch.arange(position, position + 3).expand(3, 3)).rows(1, 2)
    heads = numbers(seed, num_turned + num_heads, size)
    shape = StoreShape(3, num_heads, size, torch.float32, torch.device("cpu"))
    store, turned = KVStore(shape, 5), np.empty((num_turned, size), np.float32)
    cos, sin = (part.numpy()[0] for part in rotation)
    memory = store.memory.numpy()[:, layer]
    between.rotate_and_store(heads.numpy(), cos, sin, turned, memory, store.length)
    assert_close(turned, rotate_by_torch(heads[:num_turned, None], rotation)[:, 0])
    expected = KVStore(shape, 5)
    keys = torch.from_numpy(turned)[-num_heads:, None]
    expected.write(layer, heads[-2 * num_heads :, None], keys)
    assert torch.equal(store.memory, expected.memory)


@given(seed=seeds, size=st.integers(1, 70))
def test_multiply(seed: int, size: int) -> None:
    one, other = numbers(seed, 2, size)
    out = np.empty(size, np.float32)
    between.multiply(one.numpy(), other.numpy(), out)
    assert_close(out, one * other)


def test_what_is_not_finite_stays_so_without_a_word() -> None:
    out = np.empty(4, np.float32)
    for value in (float("nan"), float("inf"), 3e38):
        states = np.full(4, value, np.float32)
        between.multiply(states, states, out)
        assert not np.isfinite(out).any()
