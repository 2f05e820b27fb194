"""What the machine has, what a model needs of it, and what was measured."""

from __future__ import annotations

import os
from dataclasses import replace
from importlib.machinery import ModuleSpec
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.models.catalogue import CATALOGUE, entry_of, is_hub_id, with_own
from app.models.machine import Gpu, Machine, Memory, this_machine
from app.models.measurements import Measurement, Measurements, Verdict
from app.models.overview import Fit, overview
from app.models.precision import Parameters, Precision, memory_need
from app.models.wording import clock_text, rough, size_text

if TYPE_CHECKING:
    from pathlib import Path

LAPTOP = Machine("a processor", 8, Memory(16 * 10**9, 9 * 10**9))
SERVER = replace(LAPTOP, gpu=Gpu("a card", Memory(24 * 10**9, 23 * 10**9)))
MEASURED = Measurement(0.4, 0.5, 20, 3.0, 10**9, "cpu", 0.0, 1.0)


def test_this_machine_names_its_processor_and_its_memory() -> None:
    machine = this_machine()
    assert machine.processor
    assert machine.num_cores == os.cpu_count()
    assert 0 < machine.model_memory.free_bytes <= machine.model_memory.total_bytes
    assert machine.device in machine.key


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("NVIDIA H100 80GB HBM3, 81559, 80995\nanother, 1, 1\n", ("NVIDIA H100 80GB HBM3", 81559)),
        ("A card, with a comma, 24576, 20000\n", ("A card, with a comma", 24576)),
        ("NVIDIA GB10, [N/A], [N/A]\n", None),
        ("", None),
    ],
)
def test_a_graphics_processor_is_found_by_what_its_driver_says(
    answer: str,
    expected: tuple[str, int] | None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    install_driver(tmp_path, monkeypatch, f"cat <<'END'\n{answer}END\n")
    install_torch(tmp_path, monkeypatch, cuda="'13.0'")
    gpu = this_machine().gpu
    found = None if gpu is None else (gpu.name, gpu.memory.total_bytes // 2**20)
    assert found == expected


def test_a_driver_that_fails_is_no_graphics_processor(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install_driver(tmp_path, monkeypatch, "exit 9\n")
    install_torch(tmp_path, monkeypatch, cuda="'13.0'")
    assert this_machine().gpu is None


def test_a_torch_without_cuda_uses_no_graphics_processor_whatever_its_version_is_called(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install_driver(tmp_path, monkeypatch, "echo 'A card, 24576, 20000'\n")
    install_torch(tmp_path, monkeypatch, cuda="None")
    assert this_machine().gpu is None


def install_driver(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """Let NVIDIA's program be found, and do what a shell's script does."""
    program = folder / "nvidia-smi"
    program.write_text(f"#!/bin/sh\n{script}")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")


def install_torch(folder: Path, monkeypatch: pytest.MonkeyPatch, *, cuda: str) -> None:
    """Let a torch be found that was built for this CUDA; its file is as torch writes it."""
    (folder / "version.py").write_text(
        f"__version__ = '2.13.0'\ndebug = False\ncuda: Optional[str] = {cuda}\nhip = None\n"
    )
    found = ModuleSpec("torch", None, origin=str(folder / "__init__.py"))
    monkeypatch.setattr("app.models.machine.find_spec", lambda _: found)


@given(
    total=st.integers(10**6, 10**11),
    share=st.floats(0, 1),
    free=st.integers(10**9, 10**12),
    has_gpu=st.booleans(),
)
def test_fewer_bits_never_need_more(total: int, share: float, free: int, has_gpu: bool) -> None:
    base = SERVER if has_gpu else LAPTOP
    machine = replace(base, memory=Memory(10**12, free))
    parameters = Parameters(total, int(total * share))
    order = (Precision.FLOAT32, Precision.BFLOAT16, Precision.INT8, Precision.INT4)
    needs = [memory_need(precision, parameters, machine) for precision in order]
    assert [need.running_bytes for need in needs] == sorted(
        (need.running_bytes for need in needs), reverse=True
    )
    assert all(need.running_bytes <= need.loading_bytes for need in needs)
    automatic = memory_need(Precision.AUTO, parameters, machine)
    assert automatic in needs[:2]


def test_on_a_processor_all_weights_are_there_before_they_are_quantized() -> None:
    parameters = Parameters(8 * 10**9, 6 * 10**9)
    there = memory_need(Precision.INT8, parameters, LAPTOP)
    assert there.loading_bytes == memory_need(Precision.BFLOAT16, parameters, LAPTOP).loading_bytes
    on_card = memory_need(Precision.INT8, parameters, SERVER)
    assert on_card.loading_bytes == on_card.running_bytes == there.running_bytes


@pytest.mark.parametrize(
    ("name", "machine", "precision", "fit"),
    [
        ("bundled", LAPTOP, Precision.AUTO, Fit.FITS),
        ("Qwen/Qwen2.5-VL-3B-Instruct", LAPTOP, Precision.BFLOAT16, Fit.FITS),
        ("Qwen/Qwen2.5-VL-3B-Instruct", LAPTOP, Precision.FLOAT32, Fit.TOO_LARGE),
        ("Qwen/Qwen2.5-VL-7B-Instruct", SERVER, Precision.BFLOAT16, Fit.FITS),
        ("somebody/unknown", SERVER, Precision.AUTO, None),
    ],
)
def test_need_is_set_against_memory(
    name: str, machine: Machine, precision: Precision, fit: Fit | None, tmp_path: Path
) -> None:
    shown = overview(entry_of(name), precision, machine, library=tmp_path)
    assert shown.fit == fit
    if name == "Qwen/Qwen2.5-VL-7B-Instruct":
        smaller = overview(shown.entry, Precision.INT4, machine, library=tmp_path)
        assert smaller.saved_bytes > 9 * 10**9
        assert smaller.fit is Fit.FITS


def test_a_machine_whose_memory_is_taken_is_tight(tmp_path: Path) -> None:
    machine = replace(LAPTOP, memory=Memory(16 * 10**9, 10**9))
    entry = entry_of("Qwen/Qwen2.5-VL-3B-Instruct")
    assert overview(entry, Precision.BFLOAT16, machine, library=tmp_path).fit is Fit.TIGHT


def test_measurements_are_kept_by_model_precision_and_machine(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "measurements.json"
    Measurements(path).put("a/b", Precision.INT8, LAPTOP, MEASURED)
    kept = Measurements(path)
    assert kept.get("a/b", Precision.INT8, LAPTOP) == MEASURED
    assert kept.get("a/b", Precision.INT4, LAPTOP) is None
    assert kept.get("a/c", Precision.INT8, LAPTOP) is None
    assert kept.get("a/b", Precision.INT8, SERVER) is None
    path.write_text('{"half')
    assert kept.get("a/b", Precision.INT8, LAPTOP) is None
    kept.put("a/b", Precision.INT4, LAPTOP, MEASURED)
    assert kept.get("a/b", Precision.INT4, LAPTOP) == MEASURED


@pytest.mark.parametrize(
    ("pace", "verdict"),
    [(0.1, Verdict.KEEPS_UP), (0.9, Verdict.BARELY), (1.1, Verdict.TOO_SLOW)],
)
def test_the_verdict_leaves_room(pace: float, verdict: Verdict) -> None:
    assert replace(MEASURED, seconds_per_second=pace).verdict is verdict


def test_ones_own_models_follow_the_catalogue_once() -> None:
    listed = with_own(["/models/mine", "a/b", "bundled", "a/b"])
    assert [entry.name for entry in listed[len(CATALOGUE) :]] == ["/models/mine", "a/b"]
    assert [entry.title for entry in listed[len(CATALOGUE) :]] == ["mine", "a/b"]


@pytest.mark.parametrize("name", ["a/b", "mit-han-lab/StreamingVLM", "Qwen/Qwen2.5-VL-3B-Instruct"])
def test_hub_ids_are_told_from_paths(name: str) -> None:
    assert is_hub_id(name)
    assert not any(is_hub_id(path) for path in (f"/{name}", f"./{name}", f"{name}/c", "~/x", "b"))


@pytest.mark.parametrize(
    ("size", "text"),
    [(0, "0 bytes"), (999, "999 bytes"), (1500, "1.5 kB"), (25e6, "25 MB"), (16.596e9, "16.6 GB")],
)
def test_sizes_are_short(size: float, text: str) -> None:
    assert size_text(size) == text


def test_times_are_as_on_a_clock() -> None:
    assert [clock_text(seconds) for seconds in (0.4, 62, 3723)] == ["0:00", "1:02", "1:02:03"]


@pytest.mark.parametrize(
    ("value", "expected"), [(37.2, (40, 0)), (0.0123, (0.01, 2)), (0.96, (1, 1)), (123.0, (100, 0))]
)
def test_a_rough_number_has_one_digit_that_counts(
    value: float, expected: tuple[float, int]
) -> None:
    assert rough(value) == expected
