"""Decoding some tokens by hand, to compare ways of decoding."""

from __future__ import annotations

import gc
import weakref
from typing import TYPE_CHECKING

import torch

from engine import CommentaryStream, LoadedModel, SamplingConfig, StreamingConfig
from engine.cache.store import KVStore
from tests.engine.pictures import noise

if TYPE_CHECKING:
    from engine.events import Round
    from engine.model.decoder import Decoder


def filled(decoder: Decoder, num_tokens: int) -> KVStore:
    """A store with the states of some tokens, with room for no more."""
    store = KVStore(decoder.store_shape, num_tokens)
    ids = torch.arange(num_tokens, device=decoder.store_shape.device) % 50
    positions = torch.arange(num_tokens, device=ids.device).expand(3, -1)
    decoder.prefill(decoder.embed(ids), decoder.rotary(positions), store)
    return store


@torch.inference_mode()
def outputs(decoder: Decoder, num_stored: int, num_new: int) -> list[torch.Tensor]:
    """What `num_new` tokens give behind `num_stored` others."""
    store = filled(decoder, num_stored)
    found: list[torch.Tensor] = []
    for number in range(num_new):
        positions = torch.full((3, 1), store.length, device=decoder.store_shape.device)
        found.append(decoder.decode(number, decoder.rotary(positions), store).clone())
    assert store.length == num_stored + num_new
    return found


def assert_same_outputs(one: Decoder, other: Decoder, num_stored: int) -> None:
    """Both give the same for five tokens behind some others, but for rounding."""
    pairs = zip(outputs(one, num_stored, 5), outputs(other, num_stored, 5), strict=True)
    for first, second in pairs:
        torch.testing.assert_close(first, second, rtol=0, atol=1e-5)


def assert_steps_go_with_their_store(decoder: Decoder) -> None:
    """Nothing that was made to decode on a store outlives it."""
    store = filled(decoder, 3)
    decoder.decode(0, decoder.rotary(torch.zeros((3, 1), dtype=torch.long)), store)
    gone = weakref.ref(store)
    del store
    gc.collect()
    assert gone() is None


def told_before_and_after_an_instruction(model: LoadedModel) -> list[Round]:
    """The rounds of a greedy stream with everything small, which lets old ones go."""
    config = StreamingConfig(
        vision_window_rounds=2,
        text_window_rounds=3,
        sink_tokens=4,
        previous_text_tokens=8,
        max_new_tokens=5,
    )
    stream = CommentaryStream(model, config, SamplingConfig(temperature=0.0), previous_text="Red.")
    rounds = [stream.step(noise(seed)) for seed in range(5)]
    stream.instruction = "Be brief."
    return rounds + [stream.step(noise(seed)) for seed in range(5, 8)]


def told_in_six_rounds(model: LoadedModel) -> list[tuple[int, ...]]:
    """The tokens of a greedy stream that lets old rounds go."""
    config = StreamingConfig(vision_window_rounds=2, text_window_rounds=3, sink_tokens=8)
    stream = CommentaryStream(model, config, SamplingConfig(temperature=0.0))
    return [stream.step(noise(seed)).token_ids for seed in range(6)]
