"""Positions of a kept context on the three axes (time, height, width) of M-RoPE.

Text counts one by one on all axes alike; a clip spreads its tokens over the axes from one base
position, and text goes on behind it.
Source: StreamingVLM (arXiv:2510.09608), contiguous RoPE; Qwen2.5-VL (arXiv:2502.13923) for M-RoPE.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engine.cache.segments import Grid, Segment

Positions = NDArray[np.int64]
"""Positions on the three axes, int64 (3, n)."""


class PositionRules(Protocol):
    """Knows how each clip of a context is placed."""

    def of(self, clip: Segment) -> PositionRule:
        """The rule for `clip`."""
        ...


@dataclass(frozen=True, slots=True)
class PositionRule:
    """How a clip's tokens are placed.

    Attributes:
        time_step: Distance on the time axis between two temporal patches; products are cut down
            to whole numbers.
        clear_time_axis: Text goes on behind the largest position of any axis (the reference);
            otherwise behind the larger of height and width, as transformers' own model has it.
            Both agree unless a clip is longer in time than it is high and wide.
    """

    time_step: float
    clear_time_axis: bool = False

    def of(self, clip: Segment) -> PositionRule:  # noqa: ARG002
        """Itself: one rule for all clips."""
        return self

    def clip(self, grid: Grid) -> Positions:
        """Positions of one clip's tokens relative to its base, (3, t * h * w)."""
        t, h, w = grid
        time = (np.arange(t) * self.time_step).astype(np.int64)
        axes = np.meshgrid(time, np.arange(h), np.arange(w), indexing="ij")
        return np.stack(axes).reshape(3, t * h * w).astype(np.int64)

    def advance(self, grid: Grid) -> int:
        """How far text goes on behind a clip's base position."""
        t, h, w = grid
        in_time = int((t - 1) * self.time_step) + 1 if self.clear_time_axis else 0
        return max(h, w, in_time)


def contiguous_positions(
    segments: Iterable[Segment], rules: PositionRules, start: int = 0
) -> Positions:
    """Positions of all tokens of `segments`, in order, counted from `start` without gaps."""
    parts: list[NDArray[Any]] = []
    text, position = 0, start
    for segment in segments:
        if segment.grid is None:
            text += segment.length
            continue
        parts.append(text_positions(position, text + 1))  # up to the clip's opening marker
        position += text + 1
        rule = rules.of(segment)
        parts.append(rule.clip(segment.grid) + position)
        position += rule.advance(segment.grid)
        text = 1  # the closing marker
    parts.append(text_positions(position, text))
    return np.concatenate(parts, axis=1)


def text_positions(start: int, length: int) -> Positions:
    """Positions of `length` text tokens from `start` on, (3, length)."""
    return np.broadcast_to(np.arange(start, start + length, dtype=np.int64), (3, length))
