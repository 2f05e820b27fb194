"""What torch's flash kernel for sequences of any length promises, written out for any device.

The kernel itself runs on CUDA only; see `torch.nn.attention.varlen.varlen_attn`.
"""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import Tensor


def attend_in_sequences(  # noqa: PLR0913, PLR0917  (the kernel's own arguments)
    query: Tensor,
    key: Tensor,
    value: Tensor,
    cu_seq_q: Tensor,
    cu_seq_k: Tensor,
    max_q: int,
    max_k: int,
    *,
    scale: float | None = None,
    enable_gqa: bool = False,
) -> Tensor:
    """Rows (T, H, D) of sequences that begin and end at the borders (N + 1,)."""
    assert cu_seq_q.dtype == cu_seq_k.dtype == torch.int32
    assert cu_seq_q.is_contiguous()
    assert cu_seq_k.is_contiguous()
    assert all(rows.stride(-1) == 1 and rows.shape[-1] % 8 == 0 for rows in (query, key, value))
    assert enable_gqa or query.shape[1] == key.shape[1]
    assert int(cu_seq_k[-1]) <= len(key)
    assert int(cu_seq_q.diff().max()) == max_q
    assert int(cu_seq_k.diff().max()) <= max_k
    groups = query.shape[1] // key.shape[1]
    factor = query.shape[-1] ** -0.5 if scale is None else scale
    mixed = torch.empty_like(query)
    for (start, stop), (first, last) in zip(_pairs(cu_seq_q), _pairs(cu_seq_k), strict=True):
        keys, values = (
            rows[first:last].repeat_interleave(groups, dim=1).transpose(0, 1)
            for rows in (key, value)
        )
        scores = query[start:stop].transpose(0, 1) * factor @ keys.transpose(1, 2)
        mixed[start:stop] = (scores.softmax(-1) @ values).transpose(0, 1)
    return mixed


def _pairs(borders: Tensor) -> list[tuple[int, int]]:
    places: list[int] = borders.tolist()
    return list(pairwise(places))
