"""Multimodal rotary embedding: cosines and sines of three-axis positions, and their use.

Axes: n tokens, D channels of a head.
Source: Qwen2-VL (arXiv:2409.12191), M-RoPE.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor


class Rotation(NamedTuple):
    """Cosines and sines of n positions, float32 (n, D) each.

    The first half of the sines is negative, since a channel turns against its partner half a head
    further on, and the partner turns with it.
    """

    cos: Tensor
    sin: Tensor

    def rows(self, start: int, stop: int) -> Rotation:
        """Those of a range of the positions, as views."""
        return Rotation(self.cos[start:stop], self.sin[start:stop])

    def to(self, device: torch.device) -> Rotation:
        """The same on `device`."""
        return Rotation(self.cos.to(device), self.sin.to(device))


class MultimodalRotary:
    """Frequencies as a checkpoint has them, each bound to one of the three axes.

    Args:
        inverse_frequencies: float (D / 2,), as loaded.
        axes: Which axis (0 time, 1 height, 2 width) turns each of them, (D / 2).
        scaling: Factor on cosines and sines.
    """

    def __init__(self, inverse_frequencies: Tensor, axes: list[int], scaling: float) -> None:
        frequencies = inverse_frequencies.to(torch.float32)
        # A cosine is the same for either sign, so one set of angles gives it and the signed sine.
        self._signed = torch.cat((-frequencies, frequencies))
        self._axis = torch.tensor(axes * 2, device=frequencies.device)
        self._scaling = scaling

    def __call__(self, positions: Tensor) -> Rotation:
        """Rotation of int64 positions (3, n), computed in float32."""
        angles = positions.index_select(0, self._axis).T.float() * self._signed
        cos, sin = angles.cos(), angles.sin()
        if self._scaling == 1:
            return Rotation(cos, sin)
        return Rotation(cos * self._scaling, sin * self._scaling)


def rotate(states: Tensor, rotation: Rotation) -> Tensor:
    """Rotate queries or keys (..., n, D) in float32; the result has their dtype."""
    exact = states.float()
    partners = exact.roll(exact.shape[-1] // 2, -1)
    return torch.addcmul(exact * rotation.cos, partners, rotation.sin).to(states.dtype)
