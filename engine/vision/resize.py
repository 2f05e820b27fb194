"""Which size a picture gets, and giving it that size."""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional


def fit_to_grid(
    height: int, width: int, *, factor: int, min_pixels: int, max_pixels: int
) -> tuple[int, int]:
    """The nearest size whose sides are multiples of `factor` and whose area is within bounds.

    The aspect ratio is kept as far as the grid allows; one row or column is always left.
    Source: the rule that the Qwen2-VL family was trained with (arXiv:2409.12191).
    """
    rows, columns = round(height / factor), round(width / factor)
    area = rows * columns * factor * factor
    if area > max_pixels:
        shrink = math.sqrt(height * width / max_pixels)
        rows = max(1, math.floor(height / shrink / factor))
        columns = max(1, math.floor(width / shrink / factor))
    elif area < min_pixels:
        grow = math.sqrt(min_pixels / (height * width))
        rows = math.ceil(height * grow / factor)
        columns = math.ceil(width * grow / factor)
    return rows * factor, columns * factor


def resize(frames: Tensor, height: int, width: int) -> Tensor:
    """Resize uint8 frames (F, 3, h, w), antialiased; the result is uint8, too.

    Torch's kernel for whole numbers is what transformers' own processors use, and several times
    quicker than the one for floats; there is none on graphics processors.
    """
    if frames.shape[-2:] == (height, width):
        return frames
    if frames.device.type == "cpu":
        return _bicubic(frames, height, width)
    exact = _bicubic(frames.to(torch.float32), height, width)
    return exact.round_().clamp_(0, 255).to(torch.uint8)


def _bicubic(frames: Tensor, height: int, width: int) -> Tensor:
    return functional.interpolate(frames, size=(height, width), mode="bicubic", antialias=True)
