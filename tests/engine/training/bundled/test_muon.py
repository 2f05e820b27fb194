"""Our Muon steps as torch's does, which rounds to bfloat16."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from engine.training.bundled.muon import Muon, orthogonal


@pytest.mark.parametrize("shape", [(24, 64), (64, 24), (32, 32)])
def test_steps_are_those_of_torch(shape: tuple[int, int]) -> None:
    random = torch.Generator().manual_seed(1)
    ours, theirs = (nn.Parameter(torch.ones(shape)) for _ in range(2))
    optimizers = [
        Muon([ours], lr=0.1),
        torch.optim.Muon([theirs], lr=0.1, weight_decay=0.01, adjust_lr_fn="original"),
    ]
    for _ in range(3):
        gradient = torch.randn(shape, generator=random)
        ours.grad, theirs.grad = gradient.clone(), gradient.clone()
        for optimizer in optimizers:
            optimizer.step()
    moved = (ours - 1).norm()
    assert moved > 0.1
    assert (ours - theirs).norm() < 0.02 * moved


def test_singular_values_come_close_to_one() -> None:
    matrix = torch.randn(40, 100, generator=torch.Generator().manual_seed(2))
    values = torch.linalg.svdvals(orthogonal(matrix))
    assert 0.5 < values.min() <= values.max() < 1.5
