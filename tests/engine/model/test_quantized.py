"""Weights of 8 and 4 bits: how near they come, and what is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional

from engine import CommentaryStream, SamplingConfig, load_model
from engine.bench.standin import build_stand_in
from engine.errors import ConfigError
from engine.model.checkpoint import read_checkpoint
from engine.model.load import Placement
from engine.model.memory import estimate_bytes
from engine.model.precision import PRECISIONS, Precision, choose_precision, parse_precision
from engine.model.quantized import Int4Linear, Int8Linear, quantize_to_4_bits
from tests.engine.logits import logits_of
from tests.engine.pictures import noise

if TYPE_CHECKING:
    from pathlib import Path

    from engine import LoadedModel
    from engine.model.precision import Quantization

CPU = torch.device("cpu")


def layer(quantization: Quantization, weight: torch.Tensor, bias: torch.Tensor) -> torch.nn.Module:
    if quantization == "int8":
        return Int8Linear(weight, bias)
    return Int4Linear(weight, bias, CPU)


@pytest.mark.parametrize("num_tokens", [1, 3, 40])
@pytest.mark.parametrize(("quantization", "error"), [("int8", 0.012), ("int4", 0.12)])
def test_outputs_are_near_those_of_the_exact_weights(
    quantization: Quantization, error: float, num_tokens: int
) -> None:
    generator = torch.Generator().manual_seed(num_tokens)
    weight = torch.randn((96, 256), generator=generator)
    bias = torch.randn(96, generator=generator)
    states = torch.randn((num_tokens, 256), generator=generator)
    exact = functional.linear(states, weight, bias)
    outputs = layer(quantization, weight, bias)(states.bfloat16()).float()
    assert outputs.shape == exact.shape
    assert (outputs - exact).norm() <= error * exact.norm()


@settings(max_examples=20)
@given(seed=st.integers(0, 999), spread=st.sampled_from([1e-6, 1.0, 1e4]))
def test_no_weight_is_off_by_more_than_its_range_allows(seed: int, spread: float) -> None:
    generator = torch.Generator().manual_seed(seed)
    weight = torch.randn((16, 128), generator=generator) * spread
    levels, scales_and_zeros = quantize_to_4_bits(weight)
    assert int(levels.min()) >= 0
    assert int(levels.max()) <= 15
    scale, zero = scales_and_zeros.transpose(0, 1).unsqueeze(-1).unbind(2)
    restored = (levels.reshape(16, 2, 64) - 8) * scale + zero
    groups = weight.reshape(16, 2, 64)
    range_of_groups = groups.amax(-1) - groups.amin(-1)
    assert ((restored - groups).abs().amax(-1) <= 0.2 * range_of_groups).all()
    mean_error = (restored - groups).square().mean(-1).sqrt()
    assert (mean_error <= 0.03 * range_of_groups).all()


def test_a_row_of_zeros_stays_zero() -> None:
    outputs = Int8Linear(torch.zeros((16, 64)), None)(torch.ones((1, 64), dtype=torch.bfloat16))
    assert not outputs.any()


@pytest.mark.parametrize("quantization", ["int8", "int4"])
def test_a_quantized_model_decodes(quantization: Quantization) -> None:
    placement = Placement(CPU, Precision(torch.bfloat16, quantization), "sdpa")
    model = build_stand_in("tiny", placement)
    layer = model.network.model.language_model.layers[0]
    expected = Int8Linear if quantization == "int8" else Int4Linear
    assert isinstance(layer.self_attn.q_proj, expected)
    assert isinstance(layer.mlp.down_proj, expected)
    assert isinstance(model.network.lm_head, Int8Linear)
    assert model.dtype == torch.bfloat16
    assert model.precision.name == quantization


def test_quantized_models_of_all_families_comment(family_model: LoadedModel) -> None:
    folder = family_model.checkpoint.folder
    exact, packed = (
        believed_after_two_rounds(load_model(folder, device="cpu", precision=precision))
        for precision in ("bfloat16", "int8")
    )
    assert torch.cosine_similarity(exact, packed, dim=0) > 0.99


def believed_after_two_rounds(model: LoadedModel) -> torch.Tensor:
    """What a model gives each first token of its second reply."""
    stream = CommentaryStream(model, sampling=SamplingConfig(temperature=0.0))
    stream.step(noise(0), forced_reply=model.chat.reply_ids(["w"]))
    with logits_of(model) as logits:
        stream.step(noise(1), forced_reply=())
    return logits[0]


def test_sizes_that_4_bits_do_not_go_with_are_refused(small_folder: Path) -> None:
    with pytest.raises(ConfigError, match="use int8"):
        load_model(small_folder, device="cpu", precision="int4")


def test_one_word_names_data_type_and_quantization(small_folder: Path) -> None:
    assert load_model(small_folder, device="cpu", precision="bfloat16").dtype == torch.bfloat16
    model = load_model(small_folder, device="cpu", precision="int8")
    assert model.precision == Precision(torch.bfloat16, "int8")
    assert model.precision == load_model(small_folder, device="cpu", quantization="int8").precision


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (("int5", "auto", None), "precision must be one of"),
        (("int8", "bfloat16", None), "precision names all"),
        (("float32", "auto", "int8"), "precision names all"),
        (("auto", "int8", None), "dtype must be"),
        (("auto", "auto", "fp4"), "quantization must be"),
    ],
)
def test_names_that_contradict_are_refused(
    names: tuple[str, str, str | None], message: str
) -> None:
    with pytest.raises(ConfigError, match=message):
        parse_precision(*names)


@pytest.mark.parametrize("precision", PRECISIONS)
def test_every_name_is_understood(precision: str) -> None:
    dtype, quantization = parse_precision(precision, "auto", None)
    assert precision in {dtype, quantization}


def test_quantized_weights_refuse_other_devices_and_types(small_folder: Path) -> None:
    checkpoint = read_checkpoint(small_folder)
    with pytest.raises(ConfigError, match="do not run on mps"):
        choose_precision("auto", "int8", torch.device("mps"), checkpoint)
    with pytest.raises(ConfigError, match="not with float32"):
        choose_precision("float32", "int4", CPU, checkpoint)


def test_float32_checkpoints_and_small_ones_stay_exact(small_folder: Path) -> None:
    checkpoint = read_checkpoint(small_folder)
    assert choose_precision("auto", None, CPU, checkpoint) == Precision(torch.float32)


def test_the_estimate_knows_quantized_weights(small_folder: Path) -> None:
    checkpoint = read_checkpoint(small_folder)
    projections = 2 * (2 * 32 * 32 + 2 * 16 * 32 + 3 * 64 * 32)
    assert checkpoint.num_quantizable == projections
    sizes = [
        estimate_bytes(10**9, torch.bfloat16, quantization, 8 * 10**8)
        for quantization in (None, "int8", "int4")
    ]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] - sizes[2] == pytest.approx(1.1 * 8e8 * (2 - 4.5 / 8))
