"""Pictures made by formula."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def golden_frames(round_index: int, chunk_s: int = 1) -> NDArray[np.uint8]:
    """The frames that the golden traces were recorded with, see `tests/golden/README.md`."""
    per_chunk = 2 * chunk_s
    numbers = np.arange(per_chunk * round_index, per_chunk * (round_index + 1))
    g, y, x, c = np.ix_(numbers, np.arange(112), np.arange(168), np.arange(3))
    values = (3 + c) * x + (5 + 2 * c) * y + 17 * (c + 1) * g + 7 * (g + 1) * (x // 14) * (y // 14)
    return (values % 256).astype(np.uint8)


def noise(seed: int, *, frames: int = 2, height: int = 56, width: int = 84) -> NDArray[np.uint8]:
    """Random frames, (frames, height, width, 3)."""
    return np.random.default_rng(seed).integers(0, 256, (frames, height, width, 3), dtype=np.uint8)
