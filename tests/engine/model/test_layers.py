"""Joining products, and norms."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from engine.model.layers import RmsNorm, join, lean
from engine.model.quantized import Int8Linear


@pytest.mark.parametrize("bias", [True, False])
def test_joined_layers_give_the_parts_side_by_side(bias: bool) -> None:
    parts = [nn.Linear(8, size, bias=bias) for size in (16, 4, 4)]
    states = torch.randn((5, 8))
    expected = torch.cat([part(states) for part in parts], dim=-1)
    torch.testing.assert_close(join(parts)(states), expected)


def test_joined_weights_are_not_kept_twice_and_stay_in_step() -> None:
    parts = [nn.Linear(8, 16), nn.Linear(8, 4)]
    joined = join(parts)
    assert parts[0].weight.untyped_storage().data_ptr() == (
        parts[1].weight.untyped_storage().data_ptr()
    )
    with torch.no_grad():
        parts[1].weight.zero_()
        parts[1].bias.fill_(3)
    assert (joined(torch.randn((2, 8)))[:, 16:] == 3).all()


def test_other_layers_run_in_turn() -> None:
    plain = nn.Linear(64, 8)
    wrapped = Int8Linear(plain.weight, plain.bias)
    states = torch.randn((3, 64), dtype=torch.bfloat16)
    outputs = join([wrapped, wrapped])(states)
    assert torch.equal(outputs, torch.cat([wrapped(states)] * 2, dim=-1))
    assert lean(wrapped) is wrapped


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_the_norm_is_that_of_transformers(dtype: torch.dtype) -> None:
    from transformers.models.qwen2_5_vl import modeling_qwen2_5_vl as modeling

    module = modeling.Qwen2_5_VLRMSNorm(32, eps=1e-6).to(dtype)
    module.weight.data.normal_()
    states = torch.randn((4, 32), dtype=dtype)
    assert torch.equal(RmsNorm.of(module)(states), module(states))
