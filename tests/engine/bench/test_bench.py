"""Measuring a tiny model: every part, its table, its JSON and its picture."""

from __future__ import annotations

import argparse
import json
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import numpy as np
import psutil
import pytest
import torch

from engine import SamplingConfig, load_model
from engine.bench import cli, quality
from engine.bench import run as running
from engine.bench.growth import measure_growth
from engine.bench.limits import Limits
from engine.bench.machine import peak_bytes
from engine.bench.quality import ListeningModel, compare, let_speak
from engine.bench.report import as_text
from engine.bench.run import bench, open_model
from engine.bench.samples import Samples, time_in_turns
from engine.bench.settings import GREEDY, BenchSettings, CaptureCost
from engine.bench.sizes import StepSizes
from engine.bench.stages import measure_stages
from engine.bench.standing import SkippingModel
from engine.bench.steady import SteadyStream
from engine.bench.steps import Comparison, Step, compare_decode
from engine.config import Scheme
from engine.errors import ConfigError, EngineError, NotEnoughMemoryError
from engine.model.attention import has_flash_library, runs_flash_library
from engine.model.loaded import GenerationDefaults
from engine.model.memory import room_bytes
from engine.model.quantized import Int8Linear
from engine.model.spread import SpreadDecoder
from engine.vision import patches_of
from tests.engine.calls import Calls
from tests.engine.pictures import noise

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine import LoadedModel
    from engine.config import Attention
    from engine.vision.frames import Frames

CAPTURE = CaptureCost("a wall", (0.002, 0.004), (0.010, 0.011), 1280 * 720 * 3, 0.04)
CPU = torch.device("cpu")


def parsed(*arguments: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    cli.add_arguments(parser)
    return parser.parse_args(arguments)


@pytest.fixture(scope="module")
def report_folder(small_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Where a short run wrote its figures, and what it printed."""
    folder = tmp_path_factory.mktemp("bench")
    settings = BenchSettings(
        model=str(small_folder),
        out=folder,
        device="cpu",
        sampling=SamplingConfig(temperature=0.5),
        size=(80, 60),
        seconds=2.0,
    )

    def capture(_seconds: float, prepare: Callable[[Frames], object]) -> CaptureCost:
        prepare(noise(0))
        return CAPTURE

    report = bench(settings, lambda _message: None, capture)
    return folder, as_text(report)


def test_every_stage_has_its_figures(report_folder: tuple[Path, str]) -> None:
    folder, _ = report_folder
    report: dict[str, Any] = json.loads((folder / "bench.json").read_text())
    stages = {stage["stage"]: stage for stage in report["stages"]}
    assert list(stages) == [
        "capture",
        "evict",
        "resize and patchify",
        "vision tower",
        "prefill",
        "decode, per token",
        "glass to caption",
    ]
    for stage in stages.values():
        assert 0 <= stage["median_s"] <= stage["p95_s"]
    assert stages["vision tower"]["tokens"] == 6
    for name in set(stages) - {"capture", "glass to caption"}:
        assert stages[name]["num_bytes"] > 0
        assert stages[name]["floor_s"] > 0
    for name in ("prefill", "decode, per token"):
        assert stages[name]["comparison"]["ratio"] > 0
    assert report["cache"]["num_bytes"] > 0
    assert report["limits"]["read_bytes_per_s"] > 1e8
    assert report["limits"]["operations_per_s"]["float32"] > 1e8
    assert stages["glass to caption"]["median_s"] >= stages["capture"]["median_s"]


def test_schemes_grow_or_do_not(report_folder: tuple[Path, str]) -> None:
    folder, _ = report_folder
    report: dict[str, Any] = json.loads((folder / "bench.json").read_text())
    curves = {curve["scheme"]: curve["points"] for curve in report["schemes"]}
    assert list(curves) == ["streaming", "full", "window", "window_overlap"]
    assert all(points[0]["rounds"] == 1 for points in curves.values())
    full = [point["cache_tokens"] for point in curves["full"]]
    assert full == sorted(full)
    assert (folder / "schemes.png").read_bytes().startswith(b"\x89PNG")


def test_the_table_is_read_by_people(report_folder: tuple[Path, str]) -> None:
    _, text = report_folder
    assert "a wall: 4.0% of a core with resizing, 95 of 100 at the engine within 11 ms" in text
    assert "microseconds per token and layer" in text
    assert "decode, per token" in text
    assert "in float32, attention sdpa, temperature 0.5, pictures of 80x60" in text
    assert "GB/s" in text
    assert max(map(len, text.splitlines())) <= 130


def test_a_filled_stream_is_as_a_played_one(small_model: LoadedModel) -> None:
    uses: list[object] = []
    for is_filled in (True, False):
        stream = SteadyStream(SkippingModel.of(small_model), (84, 56))
        if is_filled:
            stream.fill()
        else:
            for _ in range(18):
                stream.play()
        uses.append(stream.play().cache)
    assert uses[0] == uses[1]


def test_the_prefill_is_compared_with_as_many_tokens_as_a_round_runs(
    small_model: LoadedModel,
) -> None:
    model, chat = SkippingModel.of(small_model), small_model.chat
    stream = SteadyStream(model, (84, 56))
    costs = measure_stages(stream, 0.2, Limits(1e9, {"float32": 1e9}), capture=None)
    (prefill,) = (cost for cost in costs.stages if cost.stage == "prefill")
    start_s = stream.num_rounds - 1.0
    clip = patches_of(stream.frames, model.patches)
    turn = chat.user_turn(start_s, start_s + 1, clip.token_grid)
    rest_of_reply = 2 + len(chat.newline)  # its last token, the end token
    num_new = rest_of_reply + sum(len(piece) for piece in turn)
    num_decoded = stream.config.max_new_tokens - 1
    assert prefill.tokens == num_new
    assert prefill.comparison is not None
    assert prefill.comparison.num_new == num_new
    assert prefill.comparison.num_stored == costs.cache.total_tokens - num_decoded


@pytest.mark.parametrize("scheme", get_args(Scheme))
def test_filled_rounds_and_computed_ones_go_together(
    family_model: LoadedModel, scheme: Scheme
) -> None:
    stream = SteadyStream(SkippingModel.of(family_model), (84, 56), scheme)
    stream.fill(2)
    assert stream.play().cache.vision_tokens > 0
    stream.fill(1)
    assert stream.play().index == 4


def test_the_comparison_leaves_the_cache_as_it_was(small_model: LoadedModel) -> None:
    found = compare_decode(SkippingModel.of(small_model), num_stored=300, seconds=0.2)
    assert found.num_stored == 300
    step = Step(SkippingModel.of(small_model), 300)
    memory = step.store.memory
    for _ in range(3):
        step.go_back(1)
        step.decode()
    assert step.store.length == 300
    assert step.store.memory is memory
    assert len(found.engine.seconds) == len(found.bare.seconds) >= 1


def test_what_choosing_a_token_costs_is_measured(small_model: LoadedModel) -> None:
    model = SkippingModel.of(replace(small_model, defaults=GenerationDefaults(frozenset(), 3, 1.0)))
    for temperature, wanted in ((0.0, 0), (0.9, 1)):
        step = Step(model, 10, SamplingConfig(temperature=temperature))
        with Calls() as calls:
            step.decode()
        assert len(calls.axes.get("topk", ())) == wanted


def test_precisions_are_compared(small_folder: Path) -> None:
    spoken = let_speak(load_model(small_folder, device="cpu", precision="float32"))
    same, coarse = (
        compare(load_model(small_folder, device="cpu", precision=name), name, "float32", spoken)
        for name in ("float32", "int8")
    )
    assert same.same_choice == 1.0
    assert same.lost_log_probability == 0.0
    assert same.num_tokens == coarse.num_tokens >= 500
    assert 0.3 < coarse.same_choice <= 1.0


def test_a_folder_that_takes_no_files_is_told_before_anything_is_measured(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    settings = BenchSettings("tiny", tmp_path / "file" / "bench", device="cpu")
    told: list[str] = []
    with pytest.raises(EngineError, match=r"cannot write to .*: Not a directory; choose another"):
        bench(settings, told.append, None)
    assert not told


@pytest.mark.parametrize("fails", ["bfloat16", "int8"])
@pytest.mark.parametrize("error", [NotEnoughMemoryError, torch.OutOfMemoryError])
def test_a_precision_without_room_is_left_out(
    small_folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    fails: str,
    error: type[Exception],
) -> None:
    def load(*name: object, precision: str, **settings: Any) -> LoadedModel:
        if precision == fails:
            raise error("the card is full")
        return load_model(*name, precision=precision, **settings)

    monkeypatch.setattr(running, "load_model", load)
    monkeypatch.setattr(running, "measure_limits", lambda _device: Limits(1e9, {"float32": 1e9}))
    monkeypatch.setattr(quality, "NUM_TOKENS", 3)
    settings = BenchSettings(str(small_folder), tmp_path, device="cpu", parts=(), quality=True)
    told: list[str] = []
    report = bench(settings, told.append, None)
    compared = [agreement.precision for agreement in report.quality]
    assert compared == ([] if fails == "bfloat16" else ["float32"])
    assert told[-1 if fails == "bfloat16" else -2].startswith("Left out: ")
    assert "in float32" in as_text(report)


def test_the_most_memory_is_not_forgotten_when_it_is_given_back() -> None:
    before = peak_bytes(CPU)
    more = before - psutil.Process().memory_info().rss + 2**26
    block = np.ones(more, np.uint8)
    del block
    assert peak_bytes(CPU) > before


def test_the_towers_products_are_counted(small_model: LoadedModel) -> None:
    model = SkippingModel.of(small_model)
    sizes = StepSizes(model, Limits(1.0, {"float32": 1.0}))
    clip = patches_of(noise(0), model.patches)
    weights = [part for part in model.network.model.visual.parameters() if part.dim() > 1]
    merged = model.network.model.visual.merger.parameters()
    merger = sum(part.numel() for part in merged if part.dim() > 1)
    products = 2 * clip.num_tokens * (4 * (sum(part.numel() for part in weights) - merger) + merger)
    assert products < sizes.vision_floor_s(clip) < 1.5 * products


@pytest.fixture(scope="session")
def spread_model(small_model: LoadedModel) -> LoadedModel:
    """The small model with its layers on two devices."""
    first, second = torch.device("cpu"), torch.device("cpu", 0)  # told apart, though both are there
    return replace(small_model, layer_devices=(first, second))


def test_a_model_on_several_devices_is_measured_where_it_lies(spread_model: LoadedModel) -> None:
    model = SkippingModel.of(spread_model)
    assert isinstance(model.decoder, SpreadDecoder)
    assert model.decoder.store_shape.layer_devices == spread_model.layer_devices
    limits = Limits(1e9, {"float32": 1e9})
    stream = SteadyStream(model, (84, 56))
    costs = measure_stages(stream, seconds=0.2, limits=limits, capture=None)
    compared = [cost.comparison for cost in costs.stages if cost.comparison is not None]
    assert [each.num_layers for each in compared] == [2, 2]
    assert all(curve.points for curve in measure_growth(model, (84, 56), 0.2, GREEDY))


def test_a_model_on_several_devices_is_listened_to(
    spread_model: LoadedModel, small_model: LoadedModel
) -> None:
    assert isinstance(ListeningModel.of(spread_model).decoder, SpreadDecoder)
    agreement = compare(spread_model, "spread", "float32", let_speak(small_model))
    assert agreement.same_choice == 1.0


def test_the_fullest_card_bounds_a_cache() -> None:
    free = {torch.device("cuda", 0): 700, torch.device("cuda", 1): 1500}
    first, second = free
    assert room_bytes((first, second, second), free.__getitem__) == 2100
    assert room_bytes((first, first, first, second), free.__getitem__) == 933
    assert room_bytes((second,), free.__getitem__) == 1500


def test_medians_and_percentiles() -> None:
    samples = Samples(tuple(float(number) for number in range(1, 101)))
    assert (samples.median_s, samples.p95_s) == (50.5, 95.0)
    assert Samples((3.0,)).p95_s == 3.0


def test_work_is_done_in_turns() -> None:
    done: list[str] = []
    works = [lambda: done.append("a"), lambda: done.append("b")]
    samples = time_in_turns(
        works, CPU, seconds=60, most_turns=3, before_turn=lambda: done.append("before")
    )
    assert done == ["before", "a", "b", "before", "b", "a"] * 2
    assert [len(each.seconds) for each in samples] == [3, 3]
    (once,) = time_in_turns(works[:1], CPU, seconds=0, most_turns=3)
    assert len(once.seconds) == 1


def test_each_times_are_its_own_whichever_is_done_first() -> None:
    works = [lambda: None, lambda: time.sleep(0.02)]
    quick, slow = time_in_turns(works, CPU, seconds=60, most_turns=4)
    assert max(quick.seconds) < 0.02 <= min(slow.seconds)


def test_a_machine_that_slows_down_adds_nothing_to_the_bare_products() -> None:
    engine, bare = Samples((1.25, 9.25, 5.25, 3.0)), Samples((1.0, 9.0, 5.0, 2.75))
    assert Comparison(engine, bare, 1, 300, num_layers=2).overhead_s == 0.125
    shifted = Comparison(engine, Samples((1.0, 9.0, 5.0, 0.5)), 1, 300, num_layers=2)
    assert shifted.overhead_s == 0.125  # the medians differ by 1.125


def test_arguments_become_settings(tmp_path: Path) -> None:
    args = parsed("--model", "half-b", "--size", "1008x560", "--stages", "stages", "--quality")
    settings = cli.bench_settings(args)
    assert settings.size == (1008, 560)
    assert settings.parts == ("stages",)
    assert settings.quality
    assert settings.sampling.temperature == 0
    assert cli.bench_settings(parsed("--temperature", "0.9")).sampling.temperature == 0.9
    with pytest.raises(ConfigError, match="temperature"):
        cli.bench_settings(parsed("--temperature", "-1"))
    with pytest.raises(ConfigError, match="seconds"):
        cli.bench_settings(parsed("--seconds", "0", "--out", str(tmp_path)))


def test_the_kernels_that_are_asked_for_are_measured(tmp_path: Path) -> None:
    args = parsed("--model", "tiny", "--device", "cpu", "--attention", "eager")
    settings = cli.bench_settings(args)
    model = open_model(settings, "float32")
    assert model.attention == "eager"
    assert model.network.model.visual.config._attn_implementation == "eager"
    stream = SteadyStream(SkippingModel.of(model), (84, 56))
    assert stream.play().cache.total_tokens > 0
    assert open_model(replace(settings, attention="auto"), "float32").attention == "sdpa"
    with pytest.raises(ConfigError, match="attention must be one of"):
        BenchSettings(model="tiny", out=tmp_path, attention="none")


@pytest.mark.skipif(has_flash_library(), reason="flash-attn is installed here")
@pytest.mark.parametrize("stands_in", [True, False])
def test_a_missing_flash_library_is_told(small_folder: Path, *, stands_in: bool) -> None:
    name = "tiny" if stands_in else str(small_folder)
    settings = cli.bench_settings(parsed("--model", name, "--attention", "flash_attention_2"))
    with pytest.raises(ConfigError, match="flash-attn is not installed"):
        open_model(settings, "bfloat16")


@pytest.mark.parametrize(
    "arguments", [("--size", "big"), ("--stages", "coffee"), ("--attention", "none")]
)
def test_arguments_that_make_no_sense_are_refused(arguments: tuple[str, str]) -> None:
    with pytest.raises(SystemExit):
        parsed(*arguments)


def test_quantized_stand_ins_count_their_bytes() -> None:
    layer = Int8Linear(torch.randn((16, 64)), None)
    assert sum(buffer.nbytes for buffer in layer.buffers()) == 16 * 64 + 16 * 2


@pytest.mark.gpu
@pytest.mark.parametrize("attention", ["sdpa", "flash_attention_2"])
def test_cuda_is_measured(tmp_path: Path, attention: Attention) -> None:
    if attention == "flash_attention_2" and not runs_flash_library(torch.device("cuda")):
        pytest.skip("needs the package flash-attn, and a card that it has kernels for")
    settings = BenchSettings(
        model="tiny",
        out=tmp_path,
        device="cuda",
        precision="bfloat16",
        attention=attention,
        sampling=SamplingConfig(temperature=0.9),
        size=(84, 56),
        seconds=4.0,
    )
    report = bench(settings, lambda _message: None, None)
    assert report.attention == attention
    assert report.peak_bytes >= report.weights_bytes > 0
    assert set(report.limits.operations_per_s) == {"float32", "bfloat16", "float16"}
    compared = [cost.comparison for cost in report.stages if cost.comparison is not None]
    assert [each.ratio > 0 for each in compared] == [True, True]
    assert all(curve.points for curve in report.schemes)
    assert "compute" in as_text(report)


@pytest.mark.gpu
def test_precisions_are_compared_on_cuda() -> None:
    settings = BenchSettings(model="tiny", out=Path(), device="cuda")
    spoken = let_speak(open_model(settings, "bfloat16"))
    coarse = compare(open_model(settings, "int8"), "int8", "bfloat16", spoken)
    assert coarse.num_tokens >= 500
    assert 0 < coarse.same_choice <= 1.0
