"""Pixel patches as the vision tower of the Qwen2-VL family takes them.

Axes: F frames, C colours, and per patch p pixels a side, T frames; patches of a merged square
(merge x merge) follow one another.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from engine.vision.resize import fit_to_grid, resize

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.cache.segments import Grid
    from engine.vision.frames import Frames


@dataclass(frozen=True, slots=True)
class PatchSpec:
    """How a checkpoint wants its pictures.

    Attributes:
        patch_size: Side of a patch in pixels.
        temporal_patch_size: Frames per patch.
        merge_size: Patches a side that become one token.
        mean: Mean of each colour, of values from 0 to 1.
        std: Standard deviation of each colour.
        min_pixels: Smallest area of a frame.
        max_pixels: Largest area of a frame.
    """

    patch_size: int
    temporal_patch_size: int
    merge_size: int
    mean: tuple[float, float, float]
    std: tuple[float, float, float]
    min_pixels: int
    max_pixels: int

    @property
    def factor(self) -> int:
        """Pixels a side that become one token."""
        return self.patch_size * self.merge_size


@dataclass(frozen=True, slots=True, eq=False)
class ClipPatches:
    """One clip, ready for the vision tower.

    Attributes:
        pixel_values: float32 (patches, C * T * p * p).
        patch_grid: Patches along time, height and width.
        merge_size: Patches a side that become one token.
        moments: The middle of each temporal patch, as a share of the clip's length.
    """

    pixel_values: Tensor
    patch_grid: Grid
    merge_size: int
    moments: tuple[float, ...]

    @property
    def token_grid(self) -> Grid:
        """Vision tokens along time, height and width."""
        t, h, w = self.patch_grid
        return t, h // self.merge_size, w // self.merge_size

    @property
    def num_tokens(self) -> int:
        """Vision tokens of the clip."""
        return math.prod(self.token_grid)

    def pairs(self) -> list[ClipPatches]:
        """The clip's temporal patches as clips of their own, as views."""
        t, h, w = self.patch_grid
        return [
            replace(self, pixel_values=part, patch_grid=(1, h, w))
            for part in self.pixel_values.view(t, h * w, -1).unbind(0)
        ]


def patches_of(frames: Frames, spec: PatchSpec, device: torch.device | str = "cpu") -> ClipPatches:
    """Resize, normalise and cut `frames`, uint8 (F, height, width, 3), on `device`.

    A number of frames that does not fill the last patch is filled up with its last frame.
    """
    pixels = upload(frames, torch.device(device)).permute(0, 3, 1, 2)  # (F, C, h, w)
    height, width = fit_to_grid(
        pixels.shape[2],
        pixels.shape[3],
        factor=spec.factor,
        min_pixels=spec.min_pixels,
        max_pixels=spec.max_pixels,
    )
    return _patchify(resize(pixels, height, width), spec)


def upload(frames: Frames, device: torch.device) -> Tensor:
    """The same frames on `device`; to CUDA through pinned memory, so that nobody waits for it."""
    if device.type != "cuda":
        return torch.tensor(frames, device=device)
    pinned = torch.empty(frames.shape, dtype=torch.uint8, pin_memory=True)
    pinned.numpy()[...] = frames
    return pinned.to(device, non_blocking=True)


def _patchify(pixels: Tensor, spec: PatchSpec) -> ClipPatches:
    p, m, step = spec.patch_size, spec.merge_size, spec.temporal_patch_size
    moments = _moments(len(pixels), step)
    if missing := -len(pixels) % step:
        pixels = torch.cat([pixels, pixels[-1:].expand(missing, -1, -1, -1)])
    t, h, w = len(pixels) // step, pixels.shape[2] // p, pixels.shape[3] // p
    blocks = pixels.reshape(t, step, 3, h // m, m, p, w // m, m, p)
    ordered = blocks.permute(0, 3, 6, 4, 7, 2, 1, 5, 8)  # t, square, row, column, C, T, p, p
    values = _normalise(ordered.reshape(t * h * w, 3, step * p * p), spec)
    return ClipPatches(values.flatten(1), (t, h, w), m, moments)


def _normalise(patches: Tensor, spec: PatchSpec) -> Tensor:
    """Values 0..255 (n, C, -1) to zero mean and unit deviation, the scaling to 0..1 folded in."""
    mean, std = _statistics(spec.mean, spec.std, patches.device)
    return patches.to(torch.float32).sub_(mean).div_(std)


@lru_cache(maxsize=4)
@torch.inference_mode(mode=False)
def _statistics(
    mean: Sequence[float], std: Sequence[float], device: torch.device
) -> tuple[Tensor, Tensor]:
    """Of values 0..255, (3, 1) each; kept, since copying them to CUDA waits for it."""
    of_colours = torch.tensor((mean, std), device=device) * 255
    return of_colours[0, :, None], of_colours[1, :, None]


def _moments(num_frames: int, step: int) -> tuple[float, ...]:
    """The mean of each patch's first and last frame; the last patch may repeat its last frame."""
    firsts = range(0, num_frames, step)
    pairs = ((first, min(first + step, num_frames) - 1) for first in firsts)
    return tuple((first + last) / 2 / num_frames for first, last in pairs)
