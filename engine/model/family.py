"""What differs between the model families, behind one small interface.

All of them are a vision tower, whose tokens take the places of pads among a text decoder's own, and
M-RoPE. What is the same is read from transformers' modules by their common names: the tower is
`network.model.visual`, the decoder `network.model.language_model` with its `layers`, norms on
queries and keys where the layers have them, and `network.lm_head`.

To add a family:

1. Write a module in `engine.model.families` with a class that has what `Family` lists.
2. Add it to `engine.model.families.FAMILIES`.
3. Add how a tiny random checkpoint of it is made to `tests/engine/checkpoints.py`. The tests of
   parity with transformers' own forward, of positions and of streaming then run for it, too.

This module and those of the families load without torch, since looking at a folder needs them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from torch import Tensor

    from engine.cache.positions import PositionRule


class PictureDefaults(NamedTuple):
    """How a family's towers want pictures where a checkpoint does not say."""

    patch_size: int
    mean: tuple[float, float, float]
    std: tuple[float, float, float]


class Family(Protocol):
    """One family of checkpoints that the engine runs."""

    @property
    def name(self) -> str:
        """As people write it."""
        ...

    @property
    def model_type(self) -> str:
        """As `config.json` has it."""
        ...

    @property
    def class_name(self) -> str:
        """The class of transformers that holds it."""
        ...

    @property
    def stamps_patches(self) -> bool:
        """Each temporal patch is a clip of its own, with its time written before it."""
        ...

    @property
    def pictures(self) -> PictureDefaults:
        """What its tower takes where a checkpoint has no settings of its preprocessor."""
        ...

    def position_rule(
        self, vision_config: Mapping[str, Any], sample_fps: float, *, reference: bool
    ) -> PositionRule:
        """How clips sampled at `sample_fps` are placed on the three axes.

        Args:
            vision_config: The checkpoint's settings of its vision tower.
            sample_fps: Frames per second of the stream.
            reference: Place them as the reference implementation does, which takes every stream
                for one of 2 frames per second.

        Raises:
            ConfigError: The reference implementation does not run this family.
        """
        ...

    def frequency_axes(self, sections: Sequence[int], num_frequencies: int) -> list[int]:
        """Which axis (0 time, 1 height, 2 width) turns each of the rotary frequencies.

        Args:
            sections: How many belong to each axis, as the checkpoint says.
            num_frequencies: How many there are.
        """
        ...

    def vision_tokens(self, output: Any) -> tuple[Tensor, ...]:
        """What the tower's output has for the decoder, 1 + K tensors (n, E).

        First what goes in with the text's embeddings, then what is added to the vision tokens'
        states behind each of the decoder's first K layers.
        """
        ...
