"""The text decoder's forward pass over the weights as loaded, with the engine's own cache.

Norms, projections, feed-forward blocks and the head are the loaded modules themselves; only
attention is written here, so that keys are rotated once per round and nothing is copied or
expanded per token.

Axes: n new tokens, m all tokens, H key/value heads, G query heads per key/value head, D channels
of a head, E channels of the model.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Protocol, cast

import torch
from torch import Tensor
from torch.nn import functional

from engine.cache.store import KVStore, LayerKeys, StoreShape
from engine.model.rotary import MultimodalRotary, Rotation, rotate

if TYPE_CHECKING:
    from collections.abc import Iterable

_PREFILL_BLOCK = 512
"""Tokens run at once: bounds the memory of masks and activations, changes no result."""


class _Module(Protocol):
    def __call__(self, states: Tensor, /) -> Tensor: ...


class _Attention(Protocol):
    q_proj: _Module
    k_proj: _Module
    v_proj: _Module
    o_proj: _Module


class _Layer(Protocol):
    self_attn: _Attention
    mlp: _Module
    input_layernorm: _Module
    post_attention_layernorm: _Module


class Decoder:
    """Runs tokens through a loaded decoder and keeps their states in a store.

    Args:
        text_model: The decoder of transformers' model.
        head: Its language head.
        eager: Write attention out instead of using the fused kernels.
    """

    def __init__(self, text_model: Any, head: Any, *, eager: bool = False) -> None:
        config: Any = text_model.config
        self._embedding = cast("_Module", text_model.embed_tokens)
        self._layers = list(cast("Iterable[_Layer]", text_model.layers))
        self._norm = cast("_Module", text_model.norm)
        self._head = cast("_Module", head)
        self._num_groups: int = config.num_attention_heads // config.num_key_value_heads
        head_size: int = config.hidden_size // config.num_attention_heads
        self._attend = _attend_eagerly if eager else _attend_fused
        weight: Tensor = text_model.embed_tokens.weight
        self.store_shape = StoreShape(
            num_layers=len(self._layers),
            num_heads=config.num_key_value_heads,
            head_size=head_size,
            dtype=weight.dtype,
            device=weight.device,
        )
        self.rotary = MultimodalRotary(
            text_model.rotary_emb.inv_freq,
            config.rope_parameters["mrope_section"],
            text_model.rotary_emb.attention_scaling,
        )

    def embed(self, token_ids: Tensor) -> Tensor:
        """Embeddings (n, E) of ids (n,)."""
        return self._embedding(token_ids)

    def prefill(self, embeddings: Tensor, rotation: Rotation, store: KVStore) -> Tensor:
        """Run new tokens (n, E) and store their states; gives the last one's output (E,)."""
        store.reserve(len(embeddings))
        output = embeddings
        for start in range(0, len(embeddings), _PREFILL_BLOCK):
            stop = min(start + _PREFILL_BLOCK, len(embeddings))
            output = self._run(embeddings[start:stop], rotation.rows(start, stop), store)
        return output[-1]

    def decode(self, token_id: int, rotation: Rotation, store: KVStore) -> Tensor:
        """Run one token and store its states; gives its output (E,)."""
        store.reserve(1)
        token = torch.tensor([token_id], device=self.store_shape.device)
        return self._run(self.embed(token), rotation, store)[0]

    def logits(self, output: Tensor) -> Tensor:
        """Scores of the next token, float32 (vocabulary,), from one token's output (E,)."""
        return self._head(self._norm(output[None]))[0].to(torch.float32)

    def rerotate(self, store: KVStore, start: int, rotation: Rotation) -> None:
        """Rotate the stored keys from slot `start` on to the positions of `rotation`."""
        store.rerotate(start, partial(rotate, rotation=rotation))

    def _run(self, states: Tensor, rotation: Rotation, store: KVStore) -> Tensor:
        mask = self._mask(len(states), store.length) if len(states) > 1 else None
        for index, layer in enumerate(self._layers):
            queries, stored = self._project(index, layer, states, rotation, store)
            mixed = self._attend(queries, stored, mask)
            states = states + layer.self_attn.o_proj(self._ungroup(mixed, len(states)))
            states = states + layer.mlp(layer.post_attention_layernorm(states))
        store.commit(len(states))
        return states

    def _project(
        self, index: int, layer: _Layer, states: Tensor, rotation: Rotation, store: KVStore
    ) -> tuple[Tensor, LayerKeys]:
        """Grouped, rotated queries (H, G * n, D), and all keys and values so far."""
        shape, attention = self.store_shape, layer.self_attn
        normed = layer.input_layernorm(states)
        queries_and_keys = torch.cat((attention.q_proj(normed), attention.k_proj(normed)), dim=-1)
        unrotated = self._heads(queries_and_keys)  # (H * G + H, n, D)
        rotated = rotate(unrotated, rotation)
        values = self._heads(attention.v_proj(normed))
        num_queries = shape.num_heads * self._num_groups
        stored = store.write(index, unrotated[num_queries:], rotated[num_queries:], values)
        return rotated[:num_queries].reshape(shape.num_heads, -1, shape.head_size), stored

    def _heads(self, states: Tensor) -> Tensor:
        """(n, heads * D) to (heads, n, D)."""
        return states.view(states.shape[0], -1, self.store_shape.head_size).transpose(0, 1)

    def _ungroup(self, mixed: Tensor, num_tokens: int) -> Tensor:
        """(H, G * n, D) to (n, H * G * D)."""
        heads = mixed.reshape(-1, num_tokens, self.store_shape.head_size)
        return heads.transpose(0, 1).reshape(num_tokens, -1)

    def _mask(self, num_new: int, num_stored: int) -> Tensor:
        """What each query must not see, to be added, (G * n, m): causal among the new tokens."""
        shape = self.store_shape
        mask = torch.zeros((num_new, num_stored + num_new), dtype=shape.dtype, device=shape.device)
        hidden = torch.ones((num_new, num_new), dtype=torch.bool, device=shape.device).triu(1)
        mask[:, num_stored:].masked_fill_(hidden, float("-inf"))
        return mask.repeat(self._num_groups, 1)


def _attend_fused(queries: Tensor, stored: LayerKeys, mask: Tensor | None) -> Tensor:
    """Attention of (H, G * n, D) queries; the groups of a head count as further queries."""
    return functional.scaled_dot_product_attention(
        queries[None], stored.keys[None], stored.values[None], attn_mask=mask
    )[0]


def _attend_eagerly(queries: Tensor, stored: LayerKeys, mask: Tensor | None) -> Tensor:
    """The same, written out, with the softmax in float32."""
    scores = torch.matmul(queries * queries.shape[-1] ** -0.5, stored.keys.transpose(1, 2))
    if mask is not None:
        scores = scores + mask
    weights = scores.softmax(dim=-1, dtype=torch.float32).to(queries.dtype)
    return torch.matmul(weights, stored.values)
