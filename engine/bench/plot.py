"""The picture of the schemes: time and memory over the length of a stream."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from engine.bench.growth import SchemeCurve

_MIB = 2**20
_DPI = 120
_DASHES = ("-", "--", "-.", ":")


def draw_schemes(curves: Sequence[SchemeCurve], title: str, file: Path) -> None:
    """Draw a PNG with two panels, one line per scheme."""
    from matplotlib.figure import Figure  # without pyplot: no window system, no global state

    figure: Any = Figure(figsize=(8, 6), layout="constrained")
    time_axes, memory_axes = figure.subplots(2, 1, sharex=True)
    for curve, dash in zip(curves, _DASHES, strict=True):
        rounds = [point.rounds for point in curve.points]
        style = {"label": curve.scheme, "linestyle": dash, "marker": "o", "markersize": 4}
        time_axes.plot(rounds, [point.seconds for point in curve.points], **style)
        memory_axes.plot(rounds, [point.cache_bytes / _MIB for point in curve.points], **style)
    for axes, label in ((time_axes, "a round takes, s"), (memory_axes, "cache, MiB")):
        axes.set_ylabel(label)
        axes.set_xscale("log")
        axes.set_yscale("log")
        axes.grid(visible=True, alpha=0.3)
    time_axes.set_title(title)
    time_axes.legend()
    memory_axes.set_xlabel("rounds so far")
    figure.savefig(file, dpi=_DPI)
