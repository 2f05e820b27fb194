"""What differs between the model families, behind one small interface."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.errors import ModelLoadError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.cache.positions import PositionRule

_TOKENS_PER_SECOND = 4  # what transformers takes where a checkpoint names none
_REFERENCE_SECONDS_PER_PATCH = 1.0  # two frames at the reference's fixed 2 per second


@dataclass(frozen=True, slots=True)
class Family:
    """One family of checkpoints that the engine runs.

    Attributes:
        name: As people write it.
        model_type: As `config.json` has it.
        class_name: The class of transformers that holds it.
        times_in_seconds: A clip's time axis counts `tokens_per_second` instead of patches.
    """

    name: str
    model_type: str
    class_name: str
    times_in_seconds: bool

    def position_rule(
        self, vision_config: Mapping[str, Any], sample_fps: float, *, reference: bool
    ) -> PositionRule:
        """How clips sampled at `sample_fps` are placed on the time axis.

        Args:
            vision_config: The checkpoint's settings of its vision tower.
            sample_fps: Frames per second of the stream.
            reference: Place them as the reference implementation does, which takes every stream
                for one of 2 frames per second.
        """
        from engine.cache.positions import PositionRule  # NumPy, which checking a folder can spare

        if not self.times_in_seconds:
            return PositionRule(1.0, clear_time_axis=reference)
        seconds = float(vision_config.get("temporal_patch_size", 2)) / sample_fps
        if reference:
            seconds = _REFERENCE_SECONDS_PER_PATCH
        per_second = float(vision_config.get("tokens_per_second", _TOKENS_PER_SECOND))
        return PositionRule(per_second * seconds, clear_time_axis=reference)


FAMILIES = (
    Family("Qwen2.5-VL", "qwen2_5_vl", "Qwen2_5_VLForConditionalGeneration", True),
    Family("Qwen2-VL", "qwen2_vl", "Qwen2VLForConditionalGeneration", False),
)


def family_of(model_type: object, where: str) -> Family:
    """The family of a checkpoint's `model_type`.

    Raises:
        ModelLoadError: The engine does not run such models.
    """
    for family in FAMILIES:
        if family.model_type == model_type:
            return family
    names = " and ".join(family.name for family in FAMILIES)
    raise ModelLoadError(
        f"{where} holds a model of type {model_type!r}; choose a checkpoint of {names}"
    )
