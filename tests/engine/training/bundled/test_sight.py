"""The tower learns through the wrapper that works out a grid once, as it would without it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import torch

from engine.training.bundled import blank, sight
from engine.training.bundled.tasks import SightTask
from engine.vision import patches_of

if TYPE_CHECKING:
    from torch import Tensor


@pytest.fixture(scope="module")
def network() -> Any:
    return blank.build(1)[0]


@pytest.fixture(scope="module")
def task(network: Any) -> SightTask:
    batches: Any = {0: sight.batch(1, 0, size=4)}  # as if made ahead
    return SightTask(network, blank.PATCHES, batches)


def plain_loss(network: Any, task: SightTask) -> Tensor:
    """The loss of batch 0, the tower called as transformers has it."""
    frames, targets = sight.batch(1, 0, size=4)
    clips = [patches_of(pair, blank.PATCHES) for pair in frames]
    patches = torch.cat([clip.pixel_values for clip in clips])
    grids = torch.tensor([clip.patch_grid for clip in clips])
    tokens = network.model.visual(patches, grid_thw=grids).pooler_output
    read_out = task.modules["read_out_head"]
    return sight.read_out_loss(read_out(tokens.reshape(4, -1, tokens.shape[-1])), targets)


def gradients(task: SightTask, loss: Tensor) -> list[Tensor]:
    parameters = [weight for module in task.modules.values() for weight in module.parameters()]
    return list(torch.autograd.grad(loss, parameters))


def test_what_is_learnt_is_as_without_the_wrapper(network: Any, task: SightTask) -> None:
    loss, expected = task.loss(0), plain_loss(network, task)
    assert torch.equal(loss, expected)
    for one, other in zip(gradients(task, loss), gradients(task, expected), strict=True):
        assert torch.equal(one, other)


def test_the_tower_is_told_what_follows_from_the_grid(network: Any, task: SightTask) -> None:
    told: list[set[str]] = []
    hook = network.model.visual.register_forward_pre_hook(
        lambda _module, _inputs, keywords: told.append(set(keywords)), with_kwargs=True
    )
    try:
        task.loss(0)
    finally:
        hook.remove()
    assert told
    assert told[0] >= {"position_ids", "cu_seqlens", "window_index"}
