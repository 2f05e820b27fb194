"""The text decoder's forward pass over the weights as loaded, with the engine's own cache.

Keys are rotated once per round, nothing is copied or expanded per token, and products of the same
inputs are done at once.

Axes: n new tokens, m all tokens, H key/value heads, G query heads per key/value head, D channels
of a head, E channels of the model.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, cast

import torch
from torch import Tensor

from engine.cache.store import KVStore, Slots, StoreShape
from engine.model.attention import (
    SlidingAttention,
    attend_in_two_parts,
    choose_attention,
    counts_slots,
)
from engine.model.layers import DecoderLayer, Linear, RmsNorm
from engine.model.lean_steps import LeanSteps, are_lean
from engine.model.rotary import MultimodalRotary, Rotation, rotate
from engine.model.static import StaticSteps

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    FrequencyAxes = Callable[[Sequence[int], int], list[int]]
    """From the sections of the three axes and the number of frequencies to each one's axis."""

_PREFILL_BLOCK = 1024
"""Tokens run at once: bounds the memory of activations, changes no result."""


class Decoder:
    """Runs tokens through a loaded decoder and keeps their states in a store.

    Args:
        text_model: The decoder of transformers' model.
        head: Its language head.
        axes: Which axis turns which frequency, in its family.
        attention: Kernels, as `engine.model.attention.choose_attention` names them.

    Attributes:
        layers: The layers' weights.
        head: The language head.
        vocabulary_size: Number of logits.
        rotary: Gives the rotation of positions.
        store_shape: What a store for this decoder looks like.
        steps: Decodes one token in a quicker way than `run`, where the device and weights allow it.
    """

    def __init__(
        self, text_model: Any, head: Any, axes: FrequencyAxes, *, attention: str = "sdpa"
    ) -> None:
        config: Any = text_model.config
        self._embedding: Any = text_model.embed_tokens
        self.layers = [DecoderLayer.of(layer) for layer in text_model.layers]
        self._norm = RmsNorm.of(text_model.norm)
        self.head = cast("Linear", head)
        self.vocabulary_size: int = config.vocab_size
        self._num_queries: int = config.num_attention_heads
        weight: Tensor = text_model.embed_tokens.weight
        attend = choose_attention(weight.device, attention, weight.dtype)
        self._attend = [
            attend if layer.window is None else SlidingAttention(attend, layer.window)
            for layer in self.layers
        ]
        self.store_shape = StoreShape(
            num_layers=len(self.layers),
            num_heads=config.num_key_value_heads,
            head_size=text_model.layers[0].self_attn.head_dim,
            dtype=weight.dtype,
            device=weight.device,
        )
        frequencies: Tensor = text_model.rotary_emb.inv_freq.to(weight.device)
        self.rotary = MultimodalRotary(
            frequencies,
            axes(config.rope_parameters["mrope_section"], len(frequencies)),
            text_model.rotary_emb.attention_scaling,
        )
        self.steps = self._choose_steps()

    @property
    def spare_slots(self) -> int:
        """How many slots a step may ask for beyond its token's."""
        return self.steps.spare_slots if isinstance(self.steps, StaticSteps) else 0

    def embed(self, token_ids: Tensor) -> Tensor:
        """Embeddings (n, E) of ids (n,)."""
        return self._embedding(token_ids)

    def prefill(
        self, embeddings: Tensor, rotation: Rotation, store: KVStore, deep: Tensor | None = None
    ) -> Tensor:
        """Run new tokens (n, E) and store their states; gives the last one's output (E,).

        `deep` (K, n, E) is added to their states behind the first K layers.
        """
        store.reserve(len(embeddings))
        output = embeddings
        for start in range(0, len(embeddings), _PREFILL_BLOCK):
            stop = min(start + _PREFILL_BLOCK, len(embeddings))
            added = () if deep is None else deep[:, start:stop]
            output = self.run(embeddings[start:stop], rotation.rows(start, stop), store, added)
        return self.normed(output[-1:])[0]

    def decode(self, token_id: int, rotation: Rotation, store: KVStore) -> Tensor:
        """Run one token and store its states; gives its output (E,), valid until the next call."""
        if self.steps is not None:
            return self.steps.decode(token_id, rotation, store)
        store.reserve(1)
        token = torch.full((1,), token_id, device=self.store_shape.device)
        return self.normed(self.run(self.embed(token), rotation, store))[0]

    def _choose_steps(self) -> LeanSteps | StaticSteps | None:
        has_stock_attention = all(attend is attend_in_two_parts for attend in self._attend)
        if has_stock_attention and are_lean(
            self.layers, self._embedding, self.head, self.store_shape
        ):
            return LeanSteps(self.layers, self._embedding.weight, self._norm, self.head)
        # In a step of fixed shape all layers see as much.
        has_window = any(layer.window is not None for layer in self.layers)
        if self.store_shape.device.type != "cuda" or has_window:
            return None
        return StaticSteps(self, has_mask=not counts_slots(self._attend[0]))

    def logits(self, output: Tensor) -> Tensor:
        """Scores of the next token, float32 (vocabulary,), from one token's output (E,)."""
        if isinstance(self.steps, LeanSteps):
            return self.steps.logits(output)
        return self.head(output[None])[0].to(torch.float32)

    def rerotate(self, store: KVStore, start: int, rotation: Rotation) -> None:
        """Rotate the stored keys from slot `start` on to the positions of `rotation`."""
        store.rerotate(start, partial(rotate, rotation=rotation))

    def normed(self, states: Tensor) -> Tensor:
        """Outputs (n, E) from the last layer's states (n, E)."""
        return self._norm(states)

    def run(
        self,
        states: Tensor,
        rotation: Rotation,
        slots: Slots,
        added: Tensor | tuple[Tensor, ...] = (),
    ) -> Tensor:
        """Run new tokens (n, E) through all layers and store their states.

        Gives the last layer's states (n, E), which become outputs by `normed`.
        """
        for index in range(len(self.layers)):
            states = self._through(index, states, rotation, slots)
            if index < len(added):
                states = states + added[index]
        slots.commit(len(states))
        return states

    def _through(self, index: int, states: Tensor, rotation: Rotation, slots: Slots) -> Tensor:
        """Run new tokens (n, E) through one layer and store their states; gives (n, E)."""
        layer = self.layers[index]
        mixed = self._mix(index, layer.project(layer.attention_norm(states)), rotation, slots)
        states = states + layer.output(mixed)
        return states + layer.feed_forward(states)

    def _mix(self, index: int, projected: Tensor, rotation: Rotation, slots: Slots) -> Tensor:
        """Attention's outcome (n, H * G * D) for queries, keys and values side by side."""
        num_tokens, num_queries = len(projected), self._num_queries
        heads = projected.view(num_tokens, -1, self.store_shape.head_size).transpose(0, 1)
        norm, num_turned = self.layers[index].head_norm, num_queries + self.store_shape.num_heads
        if norm is not None:
            heads = torch.cat((norm(heads[:num_turned]), heads[num_turned:]))
        rotated = rotate(heads[:num_turned], rotation)
        stored = slots.write(index, heads[num_queries:], rotated[num_queries:])
        mixed = self._attend[index](rotated[:num_queries], stored)  # (H * G, n, D)
        return mixed.transpose(0, 1).reshape(num_tokens, -1)
