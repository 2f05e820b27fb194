"""Pixel patches equal those of transformers' video processor."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import FrameError
from engine.vision import PatchSpec, check_frames, fit_to_grid, patches_of
from engine.vision.resize import resize
from tests import ROOT
from tests.engine.pictures import golden_frames, noise

FACTOR = 28


def spec(min_pixels: int = 3136, max_pixels: int = 602112) -> PatchSpec:
    return PatchSpec(
        patch_size=14,
        temporal_patch_size=2,
        merge_size=2,
        mean=(0.48145466, 0.4578275, 0.40821073),
        std=(0.26862954, 0.26130258, 0.27577711),
        min_pixels=min_pixels,
        max_pixels=max_pixels,
    )


def test_patches_equal_the_recorded_ones() -> None:
    with np.load(ROOT / "tests" / "golden" / "vision_fixture.npz") as fixture:
        for index, expected in enumerate(fixture["pixel_values_videos"]):
            clip = patches_of(golden_frames(index), spec())
            assert clip.patch_grid == tuple(fixture["video_grid_thw"][0])
            np.testing.assert_allclose(clip.pixel_values, expected, rtol=0, atol=1e-5)


def test_a_patch_is_normalised_pixels_in_place() -> None:
    frames = noise(1, frames=2, height=56, width=84)
    clip = patches_of(frames, spec())
    patch = clip.pixel_values[5].reshape(3, 2, 14, 14)  # second square, upper right patch
    pixels = frames[:, 0:14, 42:56].transpose(3, 0, 1, 2) / 255
    mean, std = (np.reshape(values, (3, 1, 1, 1)) for values in (spec().mean, spec().std))
    np.testing.assert_allclose(patch, (pixels - mean) / std, rtol=0, atol=1e-5)
    assert clip.token_grid == (1, 2, 3)
    assert clip.num_tokens == 6


def test_an_odd_number_of_frames_is_filled_up_with_the_last() -> None:
    frames = noise(2, frames=3)
    padded = np.concatenate([frames, frames[-1:]])
    np.testing.assert_array_equal(
        patches_of(frames, spec()).pixel_values, patches_of(padded, spec()).pixel_values
    )


def test_an_even_picture_stays_even_when_resized() -> None:
    frames = np.full((2, 90, 131, 3), (10, 120, 250), np.uint8)
    clip = patches_of(frames, spec())
    assert clip.patch_grid == (1, 6, 10)
    assert clip.pixel_values.std(0).max() < 1e-6


@pytest.mark.parametrize(("height", "width"), [(56, 84), (140, 196), (112, 84)])
def test_resizing_in_whole_numbers_is_resizing_rounded(height: int, width: int) -> None:
    rows, columns = torch.meshgrid(torch.arange(101), torch.arange(143), indexing="ij")
    waves = [128 + 100 * torch.sin((rows + k * columns) / (9.0 + k)) for k in range(3)]
    pixels = torch.stack(waves).to(torch.uint8)[None]
    exact = torch.nn.functional.interpolate(
        pixels.double(), size=(height, width), mode="bicubic", antialias=True
    )
    resized = resize(pixels, height, width)
    assert resized.dtype == torch.uint8
    assert float((resized.double() - exact).abs().max()) <= 1.1


@given(st.integers(1, 4000), st.integers(1, 4000))
def test_sizes_keep_to_the_grid_and_the_bounds(height: int, width: int) -> None:
    smallest, largest = 56 * 56, 768 * 28 * 28
    rows, columns = fit_to_grid(
        height, width, factor=FACTOR, min_pixels=smallest, max_pixels=largest
    )
    assert rows % FACTOR == columns % FACTOR == 0
    assert rows >= FACTOR
    assert columns >= FACTOR
    if max(height, width) < 20 * min(height, width):
        assert smallest <= rows * columns <= largest


@pytest.mark.parametrize(
    ("frames", "says"),
    [
        (np.zeros((2, 56, 56, 3), np.float32), "uint8"),
        (np.zeros((2, 3, 56, 56), np.uint8), "shape"),
        (np.zeros((56, 56, 3), np.uint8), "shape"),
        (np.zeros((3, 56, 56, 3), np.uint8), "2 frames"),
        (np.zeros((2, 0, 56, 3), np.uint8), "larger region"),
        (np.zeros((2, 1, 500, 3), np.uint8), "larger region"),
        (None, "uint8"),
    ],
)
def test_wrong_frames_are_named(frames: object, says: str) -> None:
    with pytest.raises(FrameError, match=says):
        check_frames(frames, 2)
