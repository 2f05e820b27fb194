"""Torch's own flash kernel for CUDA on sequences of any length, which the device itself tells.

While a token is decoded it shares the slots of each head out among many blocks of threads; a kernel
that takes a mask gives them to one. In the vision tower it attends inside all windows of a picture
at once, where transformers without the flash-attn library calls a kernel for each.

Its heads have a multiple of 8 channels; those of all families have.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch

if TYPE_CHECKING:
    from torch import Tensor, nn

    from engine.cache.store import LayerKeys, Visible

AMPERE = (8, 0)
"""The first CUDA capability with flash kernels, for bfloat16 and for 4 bits."""

TOWER_KERNEL = "kibitz_own_flash"
"""What `attend_in_windows` is called in `engine.model.tower.use_attention`."""


def is_there(device: torch.device, dtype: torch.dtype) -> bool:
    """Whether torch's flash kernel runs there."""
    if device.type != "cuda" or dtype not in {torch.bfloat16, torch.float16}:
        return False
    is_built = torch.backends.cuda.is_flash_attention_available()
    return is_built and torch.cuda.get_device_capability(device) >= AMPERE


def attend_to_counted(queries: Tensor, stored: LayerKeys, visible: Visible) -> Tensor:
    """Of one new token (H * G, 1, D), which sees as many slots as the device was told."""
    from torch.nn.attention.varlen import varlen_attn

    mixed = varlen_attn(
        queries.transpose(0, 1),
        stored.keys[0].transpose(0, 1),
        stored.values[0].transpose(0, 1),
        visible.borders[0],
        visible.borders[1],
        1,
        stored.keys.shape[2],
        enable_gqa=True,
    )
    assert isinstance(mixed, torch.Tensor)
    return mixed.transpose(0, 1)


def attend_in_windows(  # noqa: PLR0913  (the signature is given by transformers)
    module: nn.Module,  # noqa: ARG001  (transformers hands it to every implementation)
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attention_mask: Tensor | None,  # noqa: ARG001  (None: windows are whole)
    *,
    scaling: float,
    cu_seq_lens_q: Tensor,
    max_length_q: int,
    **_: Any,
) -> tuple[Tensor, None]:
    """Full attention inside each window; query, key, value (1, H, N, D), result (1, N, H, D)."""
    from torch.nn.attention.varlen import varlen_attn

    queries, keys, values = (tensor[0].transpose(0, 1) for tensor in (query, key, value))
    borders, longest = cu_seq_lens_q, max_length_q
    mixed = varlen_attn(queries, keys, values, borders, borders, longest, longest, scale=scaling)
    assert isinstance(mixed, torch.Tensor)
    return mixed[None], None
