"""Attention of new tokens to all stored ones, by the kernels that suit the device.

Nothing is expanded: the query heads that share a key/value head count as further queries of it.
And no mask is read where it can be avoided: new tokens see all older ones, so only their attention
to one another is causal, and the two parts are merged by the logarithms of their sums.

Axes: H key/value heads, G query heads per key/value head, n new tokens, m all tokens, D channels.
"""

from __future__ import annotations

import importlib
import importlib.util
from dataclasses import dataclass
from typing import Any, Protocol

import torch
from torch import Tensor
from torch.nn import functional

from engine.cache.store import LayerKeys
from engine.errors import ConfigError
from engine.model import own_flash
from engine.model.own_flash import AMPERE

_FLASH_LIBRARY = "flash_attn"


class Attention(Protocol):
    """Mixes stored values for the queries of the last n of m stored tokens."""

    def __call__(self, queries: Tensor, stored: LayerKeys) -> Tensor:
        """Mixed values (H * G, n, D) for rotated queries (H * G, n, D)."""
        ...


def attend_to_all(queries: Tensor, stored: LayerKeys) -> Tensor:
    """Of one new token, which sees everything."""
    num_heads, _, size = queries.shape
    grouped = queries.view(1, stored.keys.shape[1], -1, size)
    mask = _mask_of(stored)
    mixed = functional.scaled_dot_product_attention(
        grouped, stored.keys, stored.values, attn_mask=None if mask is None else mask[None, None]
    )
    return mixed.reshape(num_heads, 1, size)


def _mask_of(stored: LayerKeys) -> Tensor | None:
    """What is added to the scores of one new token, (1, n)."""
    if stored.visible is None:
        return None
    assert stored.visible.mask is not None, "only kernels that count slots can do without"
    return stored.visible.mask[None]


def attend_in_two_parts(queries: Tensor, stored: LayerKeys) -> Tensor:
    """On a processor: to the older tokens without a mask, to the new ones causally, merged."""
    num_queries, num_new, size = queries.shape
    if num_new == 1:
        return attend_to_all(queries, stored)
    num_heads, num_old = stored.keys.shape[1], stored.keys.shape[2] - num_new
    grouped = queries.reshape(num_heads, -1, num_new, size)
    shape = (num_heads, grouped.shape[1], num_new, size)
    new_keys, new_values = (part[0, :, None, num_old:].expand(shape) for part in stored[:2])
    new, new_weight = _flash(grouped, new_keys, new_values, is_causal=True)
    if num_old == 0:
        return new.reshape(queries.shape)
    old_keys, old_values = (part[:, :, :num_old] for part in stored[:2])
    rows = grouped.reshape(1, num_heads, -1, size)
    old, old_weight = _flash(rows, old_keys, old_values, is_causal=False)
    share = torch.sigmoid(new_weight.reshape(-1) - old_weight.reshape(-1)).to(queries.dtype)
    merged = torch.lerp(old.reshape(-1, size), new.reshape(-1, size), share[:, None])
    return merged.view(num_queries, num_new, size)


def _flash(
    queries: Tensor, keys: Tensor, values: Tensor, *, is_causal: bool
) -> tuple[Tensor, Tensor]:
    """Torch's fused kernel for processors, which also gives the logarithms of the sums."""
    kernel: Any = torch.ops.aten._scaled_dot_product_flash_attention_for_cpu
    return kernel(queries, keys, values, 0.0, is_causal)


def attend_with_mask(queries: Tensor, stored: LayerKeys) -> Tensor:
    """On any device.

    The one kernel for masks gives all slots of a head to one block of threads, so one new token's
    scores are written out.
    """
    num_new, num_all = queries.shape[1], stored.keys.shape[2]
    if num_new == 1:
        return attend_eagerly(queries, stored)
    mask = queries.new_zeros((num_new, num_all))
    mask[:, num_all - num_new :] = torch.full_like(mask[:, :num_new], float("-inf")).triu_(1)
    return _attend_masked(queries, stored, mask)


def _attend_masked(queries: Tensor, stored: LayerKeys, mask: Tensor) -> Tensor:
    """With a mask (n, m), added to the scores."""
    num_heads, num_all, size = stored.keys.shape[1:]
    grouped = queries.reshape(num_heads, -1, queries.shape[1], size)
    shape = (num_heads, grouped.shape[1], num_all, size)
    keys, values = (part[0, :, None].expand(shape) for part in stored[:2])
    mixed = functional.scaled_dot_product_attention(grouped, keys, values, attn_mask=mask)
    return mixed.reshape(queries.shape)


def attend_on_cuda(queries: Tensor, stored: LayerKeys) -> Tensor:
    """By torch's own flash kernel, which needs no mask where the new tokens are the last."""
    from torch.nn.attention import bias

    if stored.visible is not None:
        return own_flash.attend_to_counted(queries, stored, stored.visible)
    num_new, num_all = queries.shape[1], stored.keys.shape[2]
    if num_new == 1:
        return attend_to_all(queries, stored)
    biases: Any = bias  # partly untyped
    mixed = functional.scaled_dot_product_attention(
        queries[None],
        stored.keys,
        stored.values,
        attn_mask=biases.causal_lower_right(num_new, num_all),
        enable_gqa=True,
    )
    return mixed[0]


def attend_eagerly(queries: Tensor, stored: LayerKeys) -> Tensor:
    """Written out, with the softmax in float32."""
    num_heads, num_all, size = stored.keys.shape[1:]
    num_new = queries.shape[1]
    grouped = queries.reshape(num_heads, -1, num_new, size) * size**-0.5
    scores = torch.matmul(grouped, stored.keys[0, :, None].transpose(-1, -2))
    if (mask := _mask_of(stored)) is not None:
        scores += mask
    if num_new > 1:
        hidden = torch.ones(scores.shape[-2:], dtype=torch.bool, device=scores.device)
        scores.masked_fill_(hidden.triu_(num_all - num_new + 1), float("-inf"))
    weights = scores.softmax(dim=-1, dtype=torch.float32).to(queries.dtype)
    return torch.matmul(weights, stored.values[0, :, None]).reshape(queries.shape)


class FlashLibrary:
    """By the flash-attn library, where it is installed for CUDA; half precision only.

    Raises:
        ConfigError: It is not installed.
    """

    def __init__(self) -> None:
        require_flash_library()
        self._library: Any = importlib.import_module(_FLASH_LIBRARY)

    def __call__(self, queries: Tensor, stored: LayerKeys) -> Tensor:
        rows = queries.transpose(0, 1)[None]  # (1, n, H * G, D)
        keys, values = stored.keys.transpose(1, 2), stored.values.transpose(1, 2)
        if stored.visible is None:
            mixed = self._library.flash_attn_func(rows, keys, values, causal=True)
        else:
            mixed = self._library.flash_attn_with_kvcache(
                rows, keys, values, cache_seqlens=stored.visible.num_slots
            )
        return mixed[0].transpose(0, 1)


@dataclass(frozen=True, slots=True)
class SlidingAttention:
    """Of a layer whose tokens see only the newest ones, counted over what is stored.

    Attributes:
        attend: As long as the window hides nothing.
        window: Tokens that each one sees, itself included.
    """

    attend: Attention
    window: int

    def __call__(self, queries: Tensor, stored: LayerKeys) -> Tensor:
        num_new, num_all = queries.shape[1], stored.keys.shape[2]
        if num_all <= self.window:
            return self.attend(queries, stored)
        first = max(0, num_all - num_new - self.window + 1)  # nobody sees an older one
        seen = LayerKeys(stored.keys[:, :, first:], stored.values[:, :, first:])
        if num_new == 1:
            return self.attend(queries, seen)
        own = num_all - first - num_new  # the first new token's place
        hidden = queries.new_full((num_new, num_all - first), float("-inf"))
        mask = hidden.tril(own - self.window) + hidden.triu(own + 1)
        return _attend_masked(queries, seen, mask)


def has_flash_library() -> bool:
    """Whether flash-attn is installed."""
    return importlib.util.find_spec(_FLASH_LIBRARY) is not None


def require_flash_library() -> None:
    """Make sure that flash-attn is installed.

    Raises:
        ConfigError: It is not.
    """
    if not has_flash_library():
        raise ConfigError("the package flash-attn is not installed; use attention 'auto' or 'sdpa'")


def runs_flash_library(device: torch.device) -> bool:
    """Whether flash-attn is installed and has kernels for a device."""
    is_cuda = device.type == "cuda" and has_flash_library()
    return is_cuda and torch.cuda.get_device_capability(device) >= AMPERE


def choose_attention(device: torch.device, name: str, dtype: torch.dtype) -> Attention:
    """The kernels of a name on a device.

    Args:
        device: Where the model lies.
        name: "eager" (written out), "flash_attention_2" (the library), or "sdpa" (torch's own).
        dtype: Of its keys and values.

    Raises:
        ConfigError: The library is asked for and not installed.
    """
    if name == "eager":
        return attend_eagerly
    if name == "flash_attention_2":
        return FlashLibrary()
    if device.type == "cpu":
        return attend_in_two_parts
    return attend_on_cuda if own_flash.is_there(device, dtype) else attend_with_mask


def counts_slots(attend: Attention) -> bool:
    """Whether it reads on the device how many slots a token sees, and needs no mask for that."""
    return attend is attend_on_cuda or isinstance(attend, FlashLibrary)


def prefer_steady_kernels() -> None:
    """Keep CUDA from kernels that plan each new shape, and from rounding what is float32.

    From torch 2.11 on cuDNN comes first on Hopper and Blackwell cards. It makes and keeps a plan
    for every length of the cache, per thread, which takes some tenths of a second each. And unless
    told otherwise it multiplies float32 in the tower's first layer with ten bits.
    """
    torch.backends.cuda.enable_cudnn_sdp(False)
    torch.backends.cudnn.allow_tf32 = False
