"""One run of `kibitz bench`, from loading the model to the report."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, TypeVar

import torch

from engine.bench.growth import measure_growth
from engine.bench.limits import measure_limits
from engine.bench.machine import describe_machine, forget_peak, peak_bytes
from engine.bench.plot import draw_schemes
from engine.bench.quality import compare, let_speak
from engine.bench.report import Report, save
from engine.bench.samples import Samples
from engine.bench.stages import measure_stages
from engine.bench.standin import STAND_INS, build_stand_in
from engine.bench.standing import SkippingModel
from engine.bench.steady import SteadyStream
from engine.errors import ConfigError, EngineError, NotEnoughMemoryError
from engine.model import load_model
from engine.model.load import Placement, choose_kernels, find_device
from engine.model.precision import Precision, parse_precision
from engine.vision import patches_of

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator
    from pathlib import Path

    from engine.bench.limits import Limits
    from engine.bench.machine import Machine
    from engine.bench.quality import Agreement
    from engine.bench.settings import BenchSettings, CaptureCost, CaptureMeter
    from engine.model import LoadedModel

OutcomeT = TypeVar("OutcomeT")

REPORT, PLOT = "bench.json", "schemes.png"

_CAPTURE_S = 3.0
_SHARE_OF_STAGES = {True: 0.6, False: 1.0}  # where schemes are measured, too, and where not
_SCREEN = (1280, 720)
_REFERENCE, _COMPARED = "bfloat16", ("float32", "int8", "int4")


def bench(
    settings: BenchSettings, tell: Callable[[str], None], measure_capture: CaptureMeter | None
) -> Report:
    """Measure what `settings` ask for, and write it into their folder.

    Raises:
        EngineError: It cannot be measured, or the folder cannot be written to.
    """
    with _written_to(settings.out):  # before minutes of work and not after them
        settings.out.mkdir(parents=True, exist_ok=True)
        TemporaryFile(dir=settings.out).close()
    if settings.threads is not None:
        torch.set_num_threads(settings.threads)
    report = _measure_model(settings, tell, measure_capture)  # whose memory is free again then
    _keep(report, settings.out)
    if settings.quality:
        tell("Comparing precisions")
        report = replace(report, quality=tuple(_agreements(settings, tell)))
        _keep(report, settings.out)
    return report


def _keep(report: Report, folder: Path) -> None:
    with _written_to(folder):
        save(report, folder / REPORT)
        if report.schemes:
            draw_schemes(report.schemes, f"{report.model}, {report.precision}", folder / PLOT)


@contextmanager
def _written_to(folder: Path) -> Generator[None]:
    """Tell in a sentence that a folder takes no files."""
    try:
        yield
    except OSError as error:
        raise EngineError(
            f"cannot write to {folder}: {error.strerror}; choose another folder by --out"
        ) from error


def _measure_model(
    settings: BenchSettings, tell: Callable[[str], None], measure_capture: CaptureMeter | None
) -> Report:
    """All but what other precisions say."""
    device = find_device(settings.device)
    machine = describe_machine(device)
    tell("Measuring the machine's limits")
    limits = measure_limits(device)
    forget_peak(device)
    tell(f"Loading {settings.model}")
    start = time.perf_counter()
    model = SkippingModel.of(open_model(settings, settings.precision))
    report = _described(settings, model, machine, limits, time.perf_counter() - start)
    capture = None
    if measure_capture is not None:
        tell("Measuring what capturing costs")
        capture = measure_capture(
            _CAPTURE_S, partial(patches_of, spec=model.patches, device=device)
        )
        report = replace(report, capture=_in_words(capture))
    report = _measure_parts(report, model, settings, tell, capture)
    return replace(report, peak_bytes=peak_bytes(device))


def _described(
    settings: BenchSettings, model: LoadedModel, machine: Machine, limits: Limits, load_s: float
) -> Report:
    """What is measured, and on what; none of the costs yet."""
    return Report(
        model=settings.model,
        precision=model.precision.name,
        attention=model.attention,
        temperature=settings.sampling.temperature,
        size=settings.size or _SCREEN,
        machine=machine,
        limits=limits,
        load_s=load_s,
        weights_bytes=_weights_bytes(model),
        peak_bytes=0,
        num_devices=len(model.devices),
    )


def _measure_parts(
    report: Report,
    model: SkippingModel,
    settings: BenchSettings,
    tell: Callable[[str], None],
    capture: CaptureCost | None,
) -> Report:
    both = len(settings.parts) > 1
    if "stages" in settings.parts:
        tell("Measuring the stages")
        seconds = settings.seconds * _SHARE_OF_STAGES[both]
        stream = SteadyStream(model, report.size, sampling=settings.sampling)
        costs, cache = measure_stages(stream, seconds, report.limits, capture)
        report = replace(report, stages=tuple(costs), cache=cache)
    if "schemes" in settings.parts:
        tell("Measuring the attention schemes")
        seconds = settings.seconds * (1 - _SHARE_OF_STAGES[both] if both else 1)
        curves = measure_growth(model, report.size, seconds, settings.sampling)
        report = replace(report, schemes=tuple(curves))
    return report


def _agreements(settings: BenchSettings, tell: Callable[[str], None]) -> Iterator[Agreement]:
    """Every precision that goes with the model, beside the reference where that goes."""
    spoken = _with_model(settings, _REFERENCE, let_speak, tell)
    if spoken is None:
        return
    for name in _COMPARED:
        listen = partial(compare, name=name, reference=_REFERENCE, speech=spoken)
        agreement = _with_model(settings, name, listen, tell)
        if agreement is not None:
            yield agreement


def _with_model(
    settings: BenchSettings,
    precision: str,
    work: Callable[[LoadedModel], OutcomeT],
    tell: Callable[[str], None],
) -> OutcomeT | None:
    """What `work` gives for the model in a precision, None where that does not go or fit.

    The model's memory is free again then.
    """
    try:
        return work(open_model(settings, precision))
    except (ConfigError, NotEnoughMemoryError) as error:
        tell(f"Left out: {error}")
    except torch.OutOfMemoryError:
        tell(f"Left out: the memory does not suffice for {precision}; choose a smaller model")
    return None


def open_model(settings: BenchSettings, precision: str) -> LoadedModel:
    """The model to measure: a stand-in, or one that is loaded.

    Raises:
        ConfigError: The kernels that are asked for do not run it.
    """
    if settings.model not in STAND_INS:
        return load_model(
            settings.model,
            device=settings.device,
            precision=precision,
            attention=settings.attention,
        )
    device = find_device(settings.device)
    dtype, quantization = parse_precision(precision, "auto", None)
    if dtype == "auto":
        dtype = "float32" if device.type == "cpu" and quantization is None else "bfloat16"
    numbers = Precision.of(dtype, quantization)
    kernels = choose_kernels(settings.attention, device, numbers)
    return build_stand_in(settings.model, Placement(device, numbers, kernels))


def _in_words(capture: CaptureCost) -> str:
    late_ms = Samples(capture.input_s).p95_s * 1000
    return (
        f"{capture.source}: {capture.cpu_share:.1%} of a core with resizing, 95 of 100 at the "
        f"engine within {late_ms:.0f} ms"
    )


def _weights_bytes(model: LoadedModel) -> int:
    """Of all weights, shared ones once."""
    tensors = [*model.network.parameters(), *model.network.buffers()]
    return sum({tensor.data_ptr(): tensor.nbytes for tensor in tensors}.values())
