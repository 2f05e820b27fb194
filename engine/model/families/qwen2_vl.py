"""Qwen2-VL and Qwen2.5-VL, which differ in how they count a clip's time.

Sources: Qwen2-VL (arXiv:2409.12191), Qwen2.5-VL (arXiv:2502.13923).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.model.family import PictureDefaults

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from torch import Tensor

    from engine.cache.positions import PositionRule

_TOKENS_PER_SECOND = 4  # what transformers takes where a checkpoint names none
_REFERENCE_SECONDS_PER_PATCH = 1.0  # two frames at the reference's fixed 2 per second
_PICTURES = PictureDefaults(
    patch_size=14,
    mean=(0.48145466, 0.4578275, 0.40821073),
    std=(0.26862954, 0.26130258, 0.27577711),
)


@dataclass(frozen=True, slots=True)
class Qwen2VL:
    """The family interface for both.

    Attributes:
        times_in_seconds: A clip's time axis counts `tokens_per_second` instead of patches.
    """

    name: str
    model_type: str
    class_name: str
    times_in_seconds: bool
    stamps_patches: bool = False
    pictures: PictureDefaults = _PICTURES

    def position_rule(
        self, vision_config: Mapping[str, Any], sample_fps: float, *, reference: bool
    ) -> PositionRule:
        from engine.cache.positions import PositionRule  # NumPy, which checking a folder can spare

        if not self.times_in_seconds:
            return PositionRule(1.0, clear_time_axis=reference)
        seconds = float(vision_config.get("temporal_patch_size", 2)) / sample_fps
        if reference:
            seconds = _REFERENCE_SECONDS_PER_PATCH
        per_second = float(vision_config.get("tokens_per_second", _TOKENS_PER_SECOND))
        return PositionRule(per_second * seconds, clear_time_axis=reference)

    def frequency_axes(self, sections: Sequence[int], num_frequencies: int) -> list[int]:  # noqa: ARG002
        """Time, height and width have one run of frequencies each."""
        return [axis for axis, length in enumerate(sections) for _ in range(length)]

    def vision_tokens(self, output: Any) -> tuple[Tensor, ...]:
        return (output.pooler_output,)


QWEN2_VL = Qwen2VL("Qwen2-VL", "qwen2_vl", "Qwen2VLForConditionalGeneration", False)
QWEN2_5_VL = Qwen2VL("Qwen2.5-VL", "qwen2_5_vl", "Qwen2_5_VLForConditionalGeneration", True)
