"""Attention for many vision chunks of one length in a single batch.

transformers runs its vision tower's attention chunk by chunk unless an implementation with
variable-length support is chosen. Most training batches hold pictures of one size, so all chunks
of a layer can be one batched matrix product, several times faster on a CPU.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from transformers import AttentionInterface

# transformers hands a whole batch with its chunk borders only to names that contain "flash".
NAME = "kibitz_batched_flash"


def batched_attention(
    module: nn.Module,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attention_mask: Tensor | None,
    *,
    scaling: float,
    cu_seq_lens_q: Tensor,
    **_: Any,
) -> tuple[Tensor, None]:
    """Full attention inside each chunk; query, key, value (1, H, N, D), result (1, N, H, D)."""
    lengths = cu_seq_lens_q.diff().tolist()
    if len(set(lengths)) == 1:
        return _equal_chunks(query, key, value, lengths[0], scaling), None
    parts = zip(*(tensor.split(lengths, dim=2) for tensor in (query, key, value)), strict=True)
    return torch.cat([_equal_chunks(q, k, v, q.shape[2], scaling) for q, k, v in parts], 1), None


def _equal_chunks(query: Tensor, key: Tensor, value: Tensor, length: int, scaling: float) -> Tensor:
    _, heads, total, width = query.shape
    q, k, v = (tensor.view(heads, total // length, length, width) for tensor in (query, key, value))
    scores = (q * scaling) @ k.transpose(-1, -2)
    mixed = torch.softmax(scores.float(), dim=-1).to(v.dtype) @ v
    return mixed.reshape(heads, total, width).transpose(0, 1).unsqueeze(0)


def register() -> None:
    """Make the implementation known to transformers under `NAME`."""
    AttentionInterface.register(NAME, batched_attention)
