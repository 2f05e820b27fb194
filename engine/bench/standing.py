"""A model whose stages can be left out, so that a stream reaches its steady state at once."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np
import torch

from engine.model import LoadedModel
from engine.model.decoder import Decoder
from engine.model.spread import SpreadDecoder
from engine.vision import patches_of

if TYPE_CHECKING:
    from torch import Tensor

    from engine.cache.store import KVStore
    from engine.model.rotary import Rotation
    from engine.vision import ClipPatches

Skipped = Literal["vision", "prefill", "decode"]


class SkippingDecoder(Decoder):
    """Puts random states into the store where it is told not to compute them.

    Attributes:
        skipped: What to leave out.
        prefilled: Tokens that the last prefill ran, and that the store held then, these included.
    """

    skipped: frozenset[Skipped] = frozenset()
    prefilled: tuple[int, int] = (0, 0)

    def prefill(
        self, embeddings: Tensor, rotation: Rotation, store: KVStore, deep: Tensor | None = None
    ) -> Tensor:
        self.prefilled = len(embeddings), store.length + len(embeddings)
        if "prefill" not in self.skipped:
            return super().prefill(embeddings, rotation, store, deep)
        store.reserve(len(embeddings))
        self._fill(len(embeddings), store)
        return embeddings[-1]

    def decode(self, token_id: int, rotation: Rotation, store: KVStore) -> Tensor:
        if "decode" not in self.skipped:
            return super().decode(token_id, rotation, store)
        store.reserve(1)
        self._fill(1, store)
        return self.embed(torch.tensor([token_id], device=self.store_shape.device))[0]

    def logits(self, output: Tensor) -> Tensor:
        if "decode" not in self.skipped:
            return super().logits(output)
        return output.new_zeros(self.vocabulary_size, dtype=torch.float32)

    def _fill(self, num_tokens: int, store: KVStore) -> None:
        shape = self.store_shape
        heads, size = shape.num_heads, shape.head_size
        states = torch.randn((2 * heads, num_tokens, size), dtype=shape.dtype, device=shape.device)
        for layer, device in enumerate(shape.devices):
            states = states.to(device)
            store.write(layer, states, states[:heads])
        store.commit(num_tokens)


class SpreadSkippingDecoder(SkippingDecoder, SpreadDecoder):
    """The same with layers on several devices."""


class SkippingModel(LoadedModel):
    """The same model, run by a `SkippingDecoder`."""

    @cached_property
    def decoder(self) -> SkippingDecoder:
        """The text decoder."""
        return self.make_decoder(SpreadSkippingDecoder if self.layer_devices else SkippingDecoder)

    def embed_clip(self, clip: ClipPatches) -> Tensor:
        if "vision" not in self.decoder.skipped:
            return super().embed_clip(clip)
        shape = (clip.num_tokens, self._vision_width)
        return torch.randn(shape, dtype=self.dtype, device=self.device)

    @cached_property
    def _vision_width(self) -> int:
        """Channels of a vision token, (1 + K) * E, as the tower gives them for a small picture."""
        side = self.patches.factor
        blank = np.zeros((self.patches.temporal_patch_size, side, side, 3), np.uint8)
        return super().embed_clip(patches_of(blank, self.patches, self.device)).shape[1]
