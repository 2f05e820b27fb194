"""A training clip as the trainer sees it: one turn and one picture per chunk of video.

A clip comes from a `Sample` and its video file, or from anywhere else, such as a game that draws
its own pictures::

    clip = Clip(start_s=12.0, turns=(Turn(("Kick-off.",)), Turn()), pictures=[first, second])
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy as np
    from numpy.typing import NDArray

    from engine.data.turns import Turn


@dataclass(frozen=True, slots=True)
class Clip:
    """A stretch of video with its turns.

    Attributes:
        turns: One per chunk, in order.
        pictures: The frames of each chunk, uint8 (F, height, width, 3) RGB, one item per
            turn; read once, in order. Sizes may differ from chunk to chunk.
        start_s: When the first chunk begins, as the prompt shows it.
        chunk_s: How long a chunk is.
        previous_text: What was said before, the introduction included.
        introduction: The head of `previous_text` that nobody said; it is never learnt.
        instruction: What the user asked for; empty for none.
    """

    turns: tuple[Turn, ...]
    pictures: Iterable[NDArray[np.uint8]]
    start_s: float = 0.0
    chunk_s: float = 1.0
    previous_text: str = ""
    introduction: str = ""
    instruction: str = ""
