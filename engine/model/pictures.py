"""How a checkpoint wants its pictures, read from its preprocessor settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.model.checkpoint import read_json
from engine.vision import PatchSpec

if TYPE_CHECKING:
    from engine.model.checkpoint import Checkpoint

_MIN_TOKENS = 4
_MAX_TOKENS = 768
"""The families' own limit for a frame of a video; checkpoints name a far larger one."""

_SOURCES = (
    ("video_preprocessor_config.json", None),
    ("preprocessor_config.json", None),
    ("processor_config.json", "video_processor"),
    ("processor_config.json", "image_processor"),
)


def read_patch_spec(checkpoint: Checkpoint) -> PatchSpec:
    """The patches that a checkpoint's vision tower expects.

    Raises:
        ModelLoadError: A settings file is damaged.
    """
    settings, vision = _settings(checkpoint), checkpoint.vision_config
    defaults = checkpoint.family.pictures
    patch_size = int(vision.get("patch_size", defaults.patch_size))
    merge_size = int(vision.get("spatial_merge_size", 2))
    token_pixels = (patch_size * merge_size) ** 2
    size: dict[str, Any] = settings.get("size") or {}
    smallest = settings.get("min_pixels") or size.get("shortest_edge")
    largest = settings.get("max_pixels") or size.get("longest_edge")
    return PatchSpec(
        patch_size=patch_size,
        temporal_patch_size=int(vision.get("temporal_patch_size", 2)),
        merge_size=merge_size,
        mean=_triple(settings.get("image_mean"), defaults.mean),
        std=_triple(settings.get("image_std"), defaults.std),
        min_pixels=int(smallest or _MIN_TOKENS * token_pixels),
        max_pixels=min(int(largest or token_pixels * _MAX_TOKENS), _MAX_TOKENS * token_pixels),
    )


def _settings(checkpoint: Checkpoint) -> dict[str, Any]:
    for name, section in _SOURCES:
        file = checkpoint.folder / name
        if not file.is_file():
            continue
        content = read_json(file)
        settings: dict[str, Any] | None = content if section is None else content.get(section)
        if settings:
            return settings
    return {}


def _triple(
    values: list[float] | None, fallback: tuple[float, float, float]
) -> tuple[float, float, float]:
    if values is None:
        return fallback
    first, second, third = (float(value) for value in values)
    return first, second, third
