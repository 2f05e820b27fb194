"""What a chunk of frames must be."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import FrameError

Frames = NDArray[np.uint8]
"""Frames of one chunk, uint8 RGB (F, height, width, 3)."""

_NUM_AXES = 4
_NUM_COLOURS = 3
_MAX_ASPECT = 200


def check_frames(frames: object, num_frames: int | None = None) -> Frames:
    """Give `frames` back as an array, or say what is wrong with them.

    Args:
        frames: Anything numpy can read as an array.
        num_frames: How many there must be; None for any number.

    Raises:
        FrameError: Wrong dtype, shape, number, or a picture that is empty or a mere line.
    """
    array: NDArray[Any] = np.asarray(frames)
    if array.dtype != np.uint8:
        raise FrameError(f"frames must be uint8 RGB, they are {array.dtype}; convert them first")
    if array.ndim != _NUM_AXES or array.shape[3] != _NUM_COLOURS:
        raise FrameError(
            f"frames must have the shape (F, height, width, 3), they have {array.shape}"
        )
    if num_frames is not None and len(array) != num_frames:
        raise FrameError(
            f"a chunk must hold sample_fps * chunk_s = {num_frames} frames, it holds {len(array)}"
        )
    height, width = array.shape[1:3]
    if min(array.shape) == 0 or max(height, width) > _MAX_ASPECT * min(height, width):
        raise FrameError(
            f"frames of {width}x{height} pixels cannot be looked at; choose a larger region"
        )
    return array
