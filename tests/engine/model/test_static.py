"""Steps of fixed shape, run as they are here; as CUDA graphs where there is a device."""

from __future__ import annotations

import gc
import weakref
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
import torch
from torch.nn.attention import varlen

from engine import CommentaryStream, LoadedModel, SamplingConfig, StreamingConfig, load_model
from engine.model.attention import attend_on_cuda
from engine.model.decoder import Decoder
from engine.model.static import BUCKET, StaticSteps
from tests.engine.model.decoding import (
    assert_same_outputs,
    assert_steps_go_with_their_store,
    filled,
    outputs,
    told_in_six_rounds,
)
from tests.engine.model.varlen import attend_in_sequences
from tests.engine.pictures import noise

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

GREEDY = SamplingConfig(temperature=0.0)


def decoders(model: LoadedModel) -> tuple[Decoder, Decoder]:
    """One that decodes with steps of fixed shape, and one that does not."""
    static, plain = model.make_decoder(Decoder), model.make_decoder(Decoder)
    static.steps, plain.steps = StaticSteps(static), None
    return static, plain


@pytest.mark.parametrize("num_stored", [1, 40, BUCKET - 2, BUCKET, 2 * BUCKET - 1])
def test_they_give_what_other_steps_give(family_model: LoadedModel, num_stored: int) -> None:
    static, plain = decoders(family_model)
    assert_same_outputs(static, plain, num_stored)


def test_attention_that_is_written_out_sees_no_more_than_the_others(small_folder: Path) -> None:
    model = load_model(small_folder, device="cpu", dtype="float32", attention="eager")
    static, plain = decoders(model)
    assert_same_outputs(static, plain, 40)


@pytest.fixture
def count_slots(monkeypatch: pytest.MonkeyPatch) -> Callable[[LoadedModel], LoadedModel]:
    """Makes a model decode as on CUDA, by a kernel that counts slots."""

    def change(model: LoadedModel) -> LoadedModel:
        changed = replace(model)  # with a decoder of its own
        decoder = changed.decoder
        monkeypatch.setattr(decoder, "_attend", [attend_on_cuda] * len(decoder.layers))
        decoder.steps = StaticSteps(decoder, has_mask=False)
        return changed

    monkeypatch.setattr(varlen, "varlen_attn", attend_in_sequences)
    return change


@pytest.mark.parametrize("num_stored", [1, 40, BUCKET - 2])
def test_kernels_that_count_give_the_same(
    family_model: LoadedModel,
    num_stored: int,
    count_slots: Callable[[LoadedModel], LoadedModel],
) -> None:
    _, plain = decoders(family_model)
    assert_same_outputs(count_slots(family_model).decoder, plain, num_stored)


def test_kernels_that_count_need_one_step_for_all_lengths(
    small_model: LoadedModel, count_slots: Callable[[LoadedModel], LoadedModel]
) -> None:
    decoder = count_slots(small_model).decoder
    store = filled(decoder, 3)
    store.reserve(2 * BUCKET)
    for number in range(BUCKET + 5):
        decoder.decode(number % 50, decoder.rotary(torch.full((3, 1), store.length)), store)
    (steps,) = store.made.values()
    assert list(steps) == [store.capacity]
    assert decoder.spare_slots == 0


def test_a_whole_stream_that_counts_says_the_same(
    small_model: LoadedModel, count_slots: Callable[[LoadedModel], LoadedModel]
) -> None:
    other = replace(small_model)
    other.decoder.steps = None
    assert told_in_six_rounds(count_slots(small_model)) == told_in_six_rounds(other)


def test_steps_do_not_keep_a_decoder_alive(small_model: LoadedModel) -> None:
    """Its weights would stay on the device until Python looks for cycles."""
    static, _ = decoders(small_model)
    filled(static, 3)
    gone = weakref.ref(static)
    gc.disable()
    try:
        del static
        assert gone() is None
    finally:
        gc.enable()


def test_a_whole_stream_says_the_same(small_folder: Path) -> None:
    model, other = (load_model(small_folder, device="cpu", dtype="float32") for _ in range(2))
    model.decoder.steps, other.decoder.steps = StaticSteps(model.decoder), None
    assert told_in_six_rounds(model) == told_in_six_rounds(other)


def test_steps_go_with_their_store(small_model: LoadedModel) -> None:
    static, _ = decoders(small_model)
    assert_steps_go_with_their_store(static)


@pytest.mark.gpu
@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_graphs_give_what_launched_kernels_give(small_folder: Path, dtype: str) -> None:
    model = load_model(small_folder, device="cuda", dtype=dtype)
    static, plain = decoders(model)
    pairs = zip(outputs(static, BUCKET - 2, 5), outputs(plain, BUCKET - 2, 5), strict=True)
    tolerance = 1e-4 if dtype == "float32" else 0.1
    for one, other in pairs:
        torch.testing.assert_close(one, other, rtol=0, atol=tolerance)


@pytest.mark.gpu
def test_graphs_are_captured_on_the_device_of_the_model(small_folder: Path) -> None:
    if torch.cuda.device_count() < 2:
        pytest.skip("needs two CUDA devices")
    model = load_model(small_folder, device="cuda:1", dtype="float32")
    static, plain = decoders(model)
    pairs = zip(outputs(static, 40, 5), outputs(plain, 40, 5), strict=True)
    for one, other in pairs:
        torch.testing.assert_close(one, other, rtol=0, atol=1e-4)


@pytest.mark.gpu
def test_cuda_says_what_the_processor_says(small_folder: Path) -> None:
    told: list[list[tuple[int, ...]]] = []
    for device in ("cuda", "cpu"):
        model = load_model(small_folder, device=device, dtype="float32", attention="sdpa")
        stream = CommentaryStream(model, StreamingConfig(vision_window_rounds=2), GREEDY)
        told.append([stream.step(noise(seed)).token_ids for seed in range(5)])
    assert told[0] == told[1]


@pytest.mark.gpu
@pytest.mark.parametrize("quantization", ["int8", "int4"])
def test_quantized_weights_run_under_graphs(quantization: str, tmp_path: Path) -> None:
    from engine.bench.run import open_model
    from engine.bench.settings import BenchSettings

    settings = BenchSettings(model="tiny", out=tmp_path, device="cuda")
    stream = CommentaryStream(open_model(settings, quantization), sampling=GREEDY)
    said = [5, 6, 7, 8]
    assert list(stream.step(noise(0), forced_reply=said).token_ids)[: len(said)] == said
