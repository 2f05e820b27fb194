"""The figures of one run: as a table to read, and as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from engine.bench.growth import SchemeCurve
    from engine.bench.limits import Limits
    from engine.bench.machine import Machine
    from engine.bench.quality import Agreement
    from engine.bench.samples import Samples
    from engine.bench.stages import StageCost
    from engine.events import CacheUse

_MIB, _GIGA = 2**20, 1e9
_HEADINGS = ("stage", "median ms", "p95 ms", "tokens", "MiB", "at its limit", "to bare products")


@dataclass(frozen=True, slots=True)
class Report:
    """What one run of `kibitz bench` found.

    Attributes:
        model, precision, attention, temperature: What was measured.
        size: Width and height of the pictures.
        load_s: Time that loading took.
        weights_bytes, peak_bytes: Memory of the weights, and the most that was in use.
        num_devices: That the decoder's layers lie on.
        cache: What it holds in the steady state; None where no stages were measured.
        capture: What was captured, in words, and its share of one core; None without.
    """

    model: str
    precision: str
    attention: str
    temperature: float
    size: tuple[int, int]
    machine: Machine
    limits: Limits
    load_s: float
    weights_bytes: int
    peak_bytes: int
    num_devices: int = 1
    cache: CacheUse | None = None
    stages: tuple[StageCost, ...] = ()
    schemes: tuple[SchemeCurve, ...] = ()
    quality: tuple[Agreement, ...] = ()
    capture: str | None = None


def save(report: Report, file: Path) -> None:
    """Write a report as JSON."""
    file.write_text(json.dumps(_with_figures(report), indent=1) + "\n", encoding="utf-8")


def as_text(report: Report) -> str:
    """The report to read in a terminal."""
    parts = [_head(report)]
    if report.stages:
        parts.append(_stages(report.stages))
    if report.schemes:
        parts.append(_schemes(report.schemes))
    if report.quality:
        parts.append(_quality(report.quality))
    return "\n\n".join(parts)


def _head(report: Report) -> str:
    machine, limits = report.machine, report.limits
    rates = ", ".join(
        f"{name} {rate / _GIGA:.0f}" for name, rate in limits.operations_per_s.items()
    )
    spread = f" on {report.num_devices} devices" if report.num_devices > 1 else ""
    lines = [
        f"{report.model} in {report.precision}{spread}, attention {report.attention}, temperature "
        f"{report.temperature:g}, pictures of {report.size[0]}x{report.size[1]}",
        f"{machine.device}; {machine.threads} threads; torch {machine.torch}; {machine.system}",
        f"The machine was {machine.busy_share:.0%} busy with other things at the start.",
        f"Its limits: reads {limits.read_bytes_per_s / _GIGA:.1f} GB/s; multiplies, in 10^9 "
        f"operations per second: {rates}",
        f"Loaded in {report.load_s:.1f} s; {_memory(report)}",
    ]
    return "\n".join([*lines, report.capture] if report.capture else lines)


def _memory(report: Report) -> str:
    cache = report.cache
    parts = [f"weights {report.weights_bytes / _MIB:.0f} MiB"]
    if cache is not None:
        parts.append(f"cache {cache.num_bytes / _MIB:.0f} MiB ({cache.total_tokens} tokens)")
    return ", ".join([*parts, f"at most {report.peak_bytes / _MIB:.0f} MiB in use"])


def _stages(costs: Sequence[StageCost]) -> str:
    """The table, and what Python and all else that is no product costs a token in each layer."""
    compared = (cost.comparison for cost in costs if cost.comparison is not None)
    decode = next(comparison for comparison in compared if comparison.num_new == 1)
    return (
        f"{_table(_HEADINGS, [_stage(cost) for cost in costs])}\n"
        f"Decoding adds {decode.overhead_s * 1e6:.0f} microseconds per token and layer to its bare "
        "products."
    )


def _stage(cost: StageCost) -> tuple[str, ...]:
    comparison = cost.comparison
    return (
        cost.stage,
        _ms(cost.samples.median_s),
        _ms(cost.samples.p95_s),
        "" if cost.tokens is None else str(cost.tokens),
        "" if cost.num_bytes is None else f"{cost.num_bytes / _MIB:.1f}",
        "" if cost.floor_s is None else f"x {cost.samples.median_s / cost.floor_s:.2f}",
        "" if comparison is None else f"x {comparison.ratio:.2f}",
    )


def _schemes(curves: Sequence[SchemeCurve]) -> str:
    rows = [
        (
            curve.scheme,
            str(point.rounds),
            f"{point.seconds * 1000:.0f}",
            str(point.cache_tokens),
            f"{point.cache_bytes / _MIB:.1f}",
        )
        for curve in curves
        for point in curve.points
    ]
    stops = [
        f"{curve.scheme}: not measured further, {curve.stopped}"
        for curve in curves
        if curve.stopped
    ]
    headings = ("scheme", "after rounds", "round ms", "cached tokens", "cache MiB")
    return "\n".join([_table(headings, rows), *stops])


def _quality(agreements: Iterable[Agreement]) -> str:
    rows = [
        (
            each.precision,
            each.reference,
            str(each.num_tokens),
            f"{each.same_choice:.1%}",
            f"{each.lost_log_probability:.4f}",
        )
        for each in agreements
    ]
    headings = ("precision", "beside", "forced tokens", "same choice", "lost log probability")
    return _table(headings, rows)


def _table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Columns as wide as their widest cell; the first to the left, figures to the right."""
    cells = [list(headings), *map(list, rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = [_line(row, widths) for row in cells]
    return "\n".join([lines[0], "  ".join("-" * width for width in widths), *lines[1:]])


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    first, *others = zip(row, widths, strict=True)
    aligned = [first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in others)]
    return "  ".join(aligned).rstrip()


def _ms(seconds: float) -> str:
    milliseconds = seconds * 1000
    return f"{milliseconds:.0f}" if milliseconds >= 100 else f"{milliseconds:.3g}"  # noqa: PLR2004


def _with_figures(report: Report) -> dict[str, Any]:
    """The report as JSON has it, with medians and 95th percentiles beside the samples."""
    content = asdict(report)
    for cost, entry in zip(report.stages, content["stages"], strict=True):
        entry |= dict(_figures(cost.samples))
        if cost.comparison is not None:
            entry["comparison"] |= {
                "ratio": cost.comparison.ratio,
                "engine_median_s": cost.comparison.engine.median_s,
                "bare_median_s": cost.comparison.bare.median_s,
                "overhead_s": cost.comparison.overhead_s,
            }
    return content


def _figures(samples: Samples) -> Iterator[tuple[str, float]]:
    yield "median_s", samples.median_s
    yield "p95_s", samples.p95_s
