"""How a checkpoint wants its pictures, read from its preprocessor settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.model.checkpoint import read_json
from engine.vision import PatchSpec

if TYPE_CHECKING:
    from engine.model.checkpoint import Checkpoint

_MEAN = (0.48145466, 0.4578275, 0.40821073)
_STD = (0.26862954, 0.26130258, 0.27577711)
_MIN_PIXELS = 56 * 56
_VIDEO_MAX_PIXELS = 768 * 28 * 28
"""The family's own limit for frames of a video; checkpoints name a far larger one, for stills."""

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
    size: dict[str, Any] = settings.get("size") or {}
    smallest = settings.get("min_pixels") or size.get("shortest_edge") or _MIN_PIXELS
    largest = settings.get("max_pixels") or size.get("longest_edge") or _VIDEO_MAX_PIXELS
    return PatchSpec(
        patch_size=int(vision.get("patch_size", 14)),
        temporal_patch_size=int(vision.get("temporal_patch_size", 2)),
        merge_size=int(vision.get("spatial_merge_size", 2)),
        mean=_triple(settings.get("image_mean"), _MEAN),
        std=_triple(settings.get("image_std"), _STD),
        min_pixels=int(smallest),
        max_pixels=min(int(largest), _VIDEO_MAX_PIXELS),
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
