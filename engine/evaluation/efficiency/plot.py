"""The paper's figure: latency per token over the seconds of a video, and the cache below it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.evaluation.efficiency.curve import REAL_TIME_S

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from engine.evaluation.efficiency.curve import Curve

_MIB = 2**20
_DPI = 120
_DASHES = ("-", "--", "-.", ":")  # lines must be told apart without colours, too
LABELS = {
    "full": "(a) full attention",
    "window": "(b) window without overlap",
    "window_overlap": "(c) window with overlap",
    "streaming": "(d) streaming",
}


def draw(curves: Sequence[Curve], title: str, file: Path) -> None:
    """Draw a PNG with two panels, one line per scheme, a cross where one broke off."""
    from matplotlib.figure import Figure  # without pyplot: no window system, no global state

    figure: Any = Figure(figsize=(9, 7), layout="constrained")
    latency, memory = figure.subplots(2, 1, sharex=True)
    for index, curve in enumerate(curves):
        style = {
            "color": f"C{index}",
            "linestyle": _DASHES[index % len(_DASHES)],
            "linewidth": 1.2,
            "marker": "x" if curve.stopped else None,
            "markevery": [len(curve.rounds) - 1],
        }
        latency.plot(curve.video_s, curve.per_token_s, label=LABELS[curve.scheme], **style)
        memory.plot(curve.video_s, curve.cache_bytes / _MIB, **style)
    latency.axhline(REAL_TIME_S, color="grey", linewidth=1, label=f"real time, {REAL_TIME_S} s")
    latency.set_title(title)
    latency.set_ylabel("latency per token, s")
    figure.legend(loc="outside upper center", ncols=len(curves) + 1, fontsize="small")
    memory.set_ylabel("cache, MiB")
    memory.set_xlabel("seconds of video")
    for axes in (latency, memory):
        axes.set_ylim(bottom=0)
        axes.grid(visible=True, alpha=0.3)
    figure.savefig(file, dpi=_DPI)
