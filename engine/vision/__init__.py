"""Frames to pixel patches, without torchvision and without transformers' processors."""

from engine.vision.frames import check_frames
from engine.vision.patches import ClipPatches, PatchSpec, patches_of
from engine.vision.resize import fit_to_grid

__all__ = ["ClipPatches", "PatchSpec", "check_frames", "fit_to_grid", "patches_of"]
