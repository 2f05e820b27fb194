"""A cache without bound ends with a sentence instead of taking the machine down."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from engine import CommentaryStream, LoadedModel, SamplingConfig, StreamingConfig
from engine.errors import ConfigError, EngineError, NotEnoughMemoryError
from engine.events import CacheUse
from engine.memory_guard import MemoryGuard
from tests.engine.pictures import noise

FULL = StreamingConfig(scheme="full", max_new_tokens=4)
HELD = CacheUse(10, 20, 30, 40, bound_tokens=None, num_bytes=2**30)
CPU, FIRST, SECOND = torch.device("cpu"), torch.device("cuda", 0), torch.device("cuda", 1)
GIB = 2**30


def limited(model: LoadedModel, config: StreamingConfig, limit_bytes: int) -> CommentaryStream:
    sampling = SamplingConfig(temperature=0.0)
    return CommentaryStream(model, config, sampling, cache_limit_bytes=limit_bytes)


def speak(stream: CommentaryStream, said: list[str]) -> None:
    for seed in range(20):
        said.append(stream.step(noise(seed)).text)


def test_full_attention_stops_at_its_limit_and_stays_as_it_was(small_model: LoadedModel) -> None:
    reference = limited(small_model, FULL, 2**40)
    limit = reference.step(noise(0)).cache.num_bytes * 3
    stream = limited(small_model, FULL, limit)
    said: list[str] = []
    with pytest.raises(EngineError, match="streaming"):
        speak(stream, said)
    assert 2 <= len(said) < 20
    assert stream.snapshot().num_bytes > limit
    with pytest.raises(NotEnoughMemoryError, match="the cache held"):
        stream.step(noise(0))
    stream.reset()
    assert stream.step(noise(0)).text == said[0]


@pytest.mark.parametrize("scheme", ["streaming", "window", "window_overlap"])
def test_a_bounded_cache_knows_no_limit(small_model: LoadedModel, scheme: str) -> None:
    stream = limited(small_model, replace(FULL, scheme=scheme), 1)
    assert [stream.step(noise(seed)).index for seed in range(3)] == [0, 1, 2]


@pytest.mark.parametrize("bound", [None, 200])
def test_no_cache_grows_beyond_what_the_device_has(bound: int | None) -> None:
    held = replace(HELD, bound_tokens=bound)
    guard = MemoryGuard((CPU,))
    with pytest.raises(NotEnoughMemoryError, match=r"100 tokens \(1\.00 GiB\) and cpu had only"):
        guard.require_room(held, growth_bytes=2**60)
    guard.require_room(held, growth_bytes=2**10)


def test_a_bounded_cache_that_does_not_grow_is_never_stopped() -> None:
    guard = MemoryGuard((CPU,), limit_bytes=1)
    guard.require_room(replace(HELD, bound_tokens=100), growth_bytes=0)
    with pytest.raises(NotEnoughMemoryError, match="allowed"):
        guard.require_room(HELD, growth_bytes=0)


def test_each_card_needs_room_for_its_own_layers() -> None:
    held, layers = replace(HELD, bound_tokens=200), (FIRST, SECOND, SECOND, SECOND)
    free = {FIRST: 2 * GIB, SECOND: 5 * GIB}
    guard = MemoryGuard(layers, free_bytes=free.__getitem__)
    guard.require_room(held, growth_bytes=6 * GIB)
    with pytest.raises(NotEnoughMemoryError, match=r"cuda:1 had only 5\.00 GiB left"):
        guard.require_room(held, growth_bytes=7 * GIB)
    free[FIRST] = GIB
    with pytest.raises(NotEnoughMemoryError, match=r"cuda:0 had only 1\.00 GiB left"):
        guard.require_room(held, growth_bytes=6 * GIB)


def test_each_card_keeps_a_reserve_for_a_round() -> None:
    free = {FIRST: GIB, SECOND: GIB // 4}
    guard = MemoryGuard((FIRST, SECOND), free_bytes=free.__getitem__)
    guard.require_room(replace(HELD, bound_tokens=200), growth_bytes=GIB // 4)
    with pytest.raises(NotEnoughMemoryError, match="cuda:1"):
        guard.require_room(HELD, growth_bytes=0)


def test_a_limit_must_be_positive(small_model: LoadedModel) -> None:
    with pytest.raises(ConfigError, match="must be positive"):
        limited(small_model, FULL, 0)
