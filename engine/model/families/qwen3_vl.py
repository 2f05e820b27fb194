"""Qwen3-VL: the time of every temporal patch in words, interleaved axes, deep features.

Source: Qwen3-VL (arXiv:2511.21631); DeepStack (arXiv:2406.04334) for the deep features.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.errors import ConfigError
from engine.model.family import PictureDefaults

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from torch import Tensor

    from engine.cache.positions import PositionRule

_NUM_AXES = 3
_PICTURES = PictureDefaults(patch_size=16, mean=(0.5, 0.5, 0.5), std=(0.5, 0.5, 0.5))


@dataclass(frozen=True, slots=True)
class Qwen3VL:
    """The family interface."""

    name: str = "Qwen3-VL"
    model_type: str = "qwen3_vl"
    class_name: str = "Qwen3VLForConditionalGeneration"
    stamps_patches: bool = True
    pictures: PictureDefaults = _PICTURES

    def position_rule(
        self,
        vision_config: Mapping[str, Any],  # noqa: ARG002
        sample_fps: float,  # noqa: ARG002
        *,
        reference: bool,
    ) -> PositionRule:
        """Every temporal patch stands for itself behind its stamp, so time takes no steps."""
        from engine.cache.positions import PositionRule  # NumPy, which checking a folder can spare

        if reference:
            raise ConfigError(
                "the reference implementation runs no Qwen3-VL; turn reference_quirks off"
            )
        return PositionRule(1.0)

    def frequency_axes(self, sections: Sequence[int], num_frequencies: int) -> list[int]:
        """The axes take turns, height and width for three times their section, then only time."""
        axes = [0] * num_frequencies
        for axis in range(1, _NUM_AXES):
            for frequency in range(
                axis, min(_NUM_AXES * sections[axis], num_frequencies), _NUM_AXES
            ):
                axes[frequency] = axis
        return axes

    def vision_tokens(self, output: Any) -> tuple[Tensor, ...]:
        """The tower's tokens, then what its inner layers give to the decoder's first."""
        return output.pooler_output, *output.deepstack_features


QWEN3_VL = Qwen3VL()
