"""How much a round may cost, and the steps by which it is made to cost less."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.config import StreamingConfig

_SMALLEST_WINDOW_ROUNDS = 2
_FEWEST_TOKENS = 6
_PICTURE_SHARES = (0.5, 0.25)
_TOKEN_SHARES = (0.75, 0.5)


@dataclass(frozen=True, slots=True)
class Effort:
    """What goes into a round.

    Attributes:
        frames_per_chunk: Pictures that the model looks at.
        picture_share: Of the area that it would look at by itself.
        vision_window_rounds: Rounds whose pictures it still sees.
        max_new_tokens: Longest reply.
    """

    frames_per_chunk: int
    picture_share: float
    vision_window_rounds: int
    max_new_tokens: int

    @classmethod
    def of(cls, config: StreamingConfig) -> Effort:
        """The effort that a stream was asked for."""
        return cls(
            frames_per_chunk=config.frames_per_chunk,
            picture_share=1.0,
            vision_window_rounds=config.vision_window_rounds,
            max_new_tokens=config.max_new_tokens,
        )


class Saving(Enum):
    """What a step saves on, in the order in which things are given up."""

    FRAMES = "frames per second"
    PICTURE = "picture size"
    VISION = "vision window"
    WORDS = "words per second"


@dataclass(frozen=True, slots=True)
class Step:
    """One step down: what it saves on, and the effort from then on."""

    saving: Saving
    effort: Effort


def steps_from(full: Effort, *, keeps_picture: bool = False) -> tuple[Step, ...]:
    """The steps down from `full`, each on top of those before it.

    What a person misses least goes first: every second picture, then detail, then what was seen a
    while ago, then words.

    Args:
        full: Where nothing is saved.
        keeps_picture: The model knows pictures of one number and size only.
    """
    steps: list[Step] = []
    effort = full
    for saving, change in _changes(full):
        if keeps_picture and saving in {Saving.FRAMES, Saving.PICTURE}:
            continue
        effort = replace(effort, **change)
        steps.append(Step(saving, effort))
    return tuple(steps)


def _changes(full: Effort) -> Iterator[tuple[Saving, dict[str, float]]]:
    frames = full.frames_per_chunk
    while frames > 1:
        frames //= 2
        yield Saving.FRAMES, {"frames_per_chunk": frames}
    for share in _PICTURE_SHARES:
        yield Saving.PICTURE, {"picture_share": share}
    for window in (full.vision_window_rounds // 2, full.vision_window_rounds // 4):
        if window >= _SMALLEST_WINDOW_ROUNDS:
            yield Saving.VISION, {"vision_window_rounds": window}
    for share in _TOKEN_SHARES:
        tokens = int(full.max_new_tokens * share)
        if tokens >= _FEWEST_TOKENS:
            yield Saving.WORDS, {"max_new_tokens": tokens}
