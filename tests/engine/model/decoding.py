"""Decoding some tokens by hand, to compare ways of decoding."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from engine.cache.store import KVStore

if TYPE_CHECKING:
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
