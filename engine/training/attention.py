"""Attention for many vision chunks of one length in a single batch.

transformers runs its vision tower's attention chunk by chunk unless an implementation with
variable-length support is chosen. Most training batches hold pictures of one size, so all chunks
of a layer can be one batched matrix product, several times faster on a CPU.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from engine.model.tower import use_attention

NAME = "kibitz_batched_flash"


def batched_attention(  # noqa: PLR0913  (the signature is given by transformers)
    module: nn.Module,  # noqa: ARG001  (transformers hands it to every implementation)
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attention_mask: Tensor | None,  # noqa: ARG001  (None: chunks are whole)
    *,
    scaling: float,
    cu_seq_lens_q: Tensor,
    **_: Any,
) -> tuple[Tensor, None]:
    """Full attention inside each chunk; query, key, value (1, H, N, D), result (1, N, H, D)."""
    borders = cu_seq_lens_q.cpu().numpy()
    lengths: list[int] = [int(length) for length in borders[1:] - borders[:-1]]
    if len(set(lengths)) == 1:
        return _equal_chunks(query, key, value, lengths[0], scaling), None
    queries, keys, values = (torch.split(tensor, lengths, 2) for tensor in (query, key, value))
    mixed = [
        _equal_chunks(q, k, v, q.shape[2], scaling)
        for q, k, v in zip(queries, keys, values, strict=True)
    ]
    return torch.cat(mixed, 1), None


def _equal_chunks(query: Tensor, key: Tensor, value: Tensor, length: int, scaling: float) -> Tensor:
    _, heads, total, width = query.shape
    q, k, v = (tensor.view(heads, total // length, length, width) for tensor in (query, key, value))
    scores = (q * scaling) @ k.transpose(-1, -2)
    mixed = torch.softmax(scores.float(), dim=-1).to(v.dtype) @ v
    return mixed.reshape(heads, total, width).transpose(0, 1).unsqueeze(0)


def use_batched_attention(network: Any) -> None:
    """Let the vision tower of a transformers network attend to all its chunks at once."""
    use_attention(network, NAME, batched_attention)


def use_stock_attention(network: Any) -> None:
    """Undo `use_batched_attention`; a saved checkpoint must not ask for it."""
    network.set_attn_implementation({"vision_config": "sdpa"})
