"""All chunks at once give what transformers' own vision tower gives chunk by chunk."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.training.attention import use_batched_attention, use_stock_attention
from engine.training.bundled import blank
from engine.vision import patches_of


@pytest.mark.parametrize("sizes", [[(112, 168)] * 3, [(112, 168), (56, 84), (112, 112)]])
def test_batched_attention_equals_the_stock_one(sizes: list[tuple[int, int]]) -> None:
    network, _ = blank.build(1)
    rng = np.random.default_rng(2)
    clips = [
        patches_of(rng.integers(0, 256, (2, *size, 3), np.uint8), blank.PATCHES) for size in sizes
    ]
    patches = torch.cat([clip.pixel_values for clip in clips])
    grids = torch.tensor([clip.patch_grid for clip in clips])
    with torch.no_grad():
        stock = network.model.visual(patches, grid_thw=grids).pooler_output
        use_batched_attention(network)
        batched = network.model.visual(patches, grid_thw=grids).pooler_output
        use_stock_attention(network)
        again = network.model.visual(patches, grid_thw=grids).pooler_output
    torch.testing.assert_close(batched, stock, rtol=1e-4, atol=1e-5)
    assert torch.equal(stock, again)
