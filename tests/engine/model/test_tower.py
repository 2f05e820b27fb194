"""The tower gives what it gives when it is called plainly, and grids are looked at once."""

from __future__ import annotations

from typing import TYPE_CHECKING
from unittest.mock import Mock

import numpy as np
import pytest
import torch
from torch.nn.attention import varlen
from transformers import vision_utils

from engine import load_model
from engine.model import own_flash
from engine.model.tower import VisionTower, use_attention
from engine.training.attention import use_batched_attention, use_stock_attention
from engine.vision import ClipPatches, patches_of
from tests.engine.model.varlen import attend_in_sequences

if TYPE_CHECKING:
    from pathlib import Path

    from engine import LoadedModel


def clips_of(model: LoadedModel, *sizes: tuple[int, int]) -> list[ClipPatches]:
    rng = np.random.default_rng(3)
    return [
        patches_of(rng.integers(0, 256, (2, *size, 3), np.uint8), model.patches) for size in sizes
    ]


def plainly(model: LoadedModel, clip: ClipPatches) -> torch.Tensor:
    grid = torch.tensor([clip.patch_grid])
    output = model.network.model.visual(clip.pixel_values, grid_thw=grid)
    return torch.cat(model.checkpoint.family.vision_tokens(output), dim=-1)


@torch.inference_mode()
def test_clips_of_any_size_give_what_the_tower_gives(family_model: LoadedModel) -> None:
    clips = clips_of(family_model, (64, 96), (128, 64), (64, 96), (160, 224))
    together = family_model.embed_clips(clips)
    for clip, tokens in zip(clips, together, strict=True):
        expected = plainly(family_model, clip)
        torch.testing.assert_close(family_model.embed_clip(clip), expected, rtol=0, atol=0)
        torch.testing.assert_close(tokens, expected, rtol=0, atol=1e-5)


def test_a_grid_is_worked_out_once(
    family_model: LoadedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    tower = VisionTower(family_model.network.model.visual, family_model.checkpoint.family)
    clips = clips_of(family_model, (64, 96))
    with torch.inference_mode():
        first = tower(clips[0].pixel_values, (clips[0].patch_grid,))
    for name in ("get_vision_position_ids", "get_vision_attention_seqlens"):
        monkeypatch.delattr(vision_utils, name)
    patches = clips[0].pixel_values.clone().requires_grad_()
    again = tower(patches, (clips[0].patch_grid,))
    torch.testing.assert_close(again, first, rtol=0, atol=0)
    again.sum().backward()  # what was kept in inference mode serves training
    assert patches.grad is not None


@torch.inference_mode()
def test_all_windows_at_once_give_what_one_by_one_give(
    family_model: LoadedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    clips = clips_of(family_model, (64, 96), (160, 224))
    stock = family_model.embed_clips(clips)
    attend = Mock(wraps=attend_in_sequences)
    monkeypatch.setattr(varlen, "varlen_attn", attend)
    use_attention(family_model.network, own_flash.TOWER_KERNEL, own_flash.attend_in_windows)
    try:
        together = family_model.embed_clips(clips)
    finally:
        use_stock_attention(family_model.network)
    assert attend.call_count == len(family_model.network.model.visual.blocks)
    for found, expected in zip(together, stock, strict=True):
        torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-5)


def test_another_kind_of_attention_gets_arguments_of_its_own(small_model: LoadedModel) -> None:
    (clip,) = clips_of(small_model, (64, 96))
    with torch.no_grad():
        stock = small_model.embed_clip(clip)
        use_batched_attention(small_model.network)
        try:
            batched = small_model.embed_clip(clip)
        finally:
            use_stock_attention(small_model.network)
    torch.testing.assert_close(batched, stock, rtol=1e-4, atol=1e-5)


@pytest.mark.gpu
@torch.inference_mode()
def test_the_kernel_for_all_windows_gives_what_is_written_out(small_folder: Path) -> None:
    own, written = (
        load_model(small_folder, device="cuda", dtype="bfloat16", attention=name)
        for name in ("sdpa", "eager")
    )
    if not own_flash.is_there(own.device, own.dtype):
        pytest.skip("needs a card for which torch has a flash kernel")
    assert own.network.model.visual.config._attn_implementation == own_flash.TOWER_KERNEL
    clips = clips_of(own, (64, 96), (160, 224))
    pairs = zip(own.embed_clips(clips), written.embed_clips(clips), strict=True)
    for found, expected in pairs:
        torch.testing.assert_close(found, expected, rtol=0, atol=0.1)
