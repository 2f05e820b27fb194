"""The families of checkpoints that the engine runs, one module each; see `engine.model.family`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.errors import ModelLoadError
from engine.model.families.qwen2_vl import QWEN2_5_VL, QWEN2_VL
from engine.model.families.qwen3_vl import QWEN3_VL

if TYPE_CHECKING:
    from engine.model.family import Family

FAMILIES: tuple[Family, ...] = (QWEN2_5_VL, QWEN2_VL, QWEN3_VL)
"""The best known first."""

FAMILY_NAMES = " or ".join(family.name for family in FAMILIES)


def family_of(model_type: object, where: str) -> Family:
    """The family of a checkpoint's `model_type`.

    Raises:
        ModelLoadError: The engine does not run such models.
    """
    for family in FAMILIES:
        if family.model_type == model_type:
            return family
    raise ModelLoadError(
        f"{where} holds a model of type {model_type!r}; choose a checkpoint of {FAMILY_NAMES}"
    )
