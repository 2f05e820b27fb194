"""The picture of a suite: accuracy by task, the modes and models side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from engine.evaluation.questions.scores import Score

_DPI = 120
_HATCHES = ("", "//", "..", "xx")  # bars must be told apart without colours, too
_GROUP_WIDTH = 0.8


def draw(scores: Mapping[str, Score], title: str, file: Path) -> None:
    """Draw a PNG: for each task one bar per model and mode."""
    from matplotlib.figure import Figure  # without pyplot: no window system, no global state

    tasks = [
        (group, task)
        for group, names in next(iter(scores.values())).tasks.items()
        for task in names
    ]
    figure: Any = Figure(figsize=(max(6.0, 1.0 + 0.8 * len(tasks)), 4.5), layout="constrained")
    axes = figure.subplots()
    width = _GROUP_WIDTH / len(scores)
    for index, (label, score) in enumerate(scores.items()):
        heights = [100 * (score.tasks[group][task].accuracy or 0.0) for group, task in tasks]
        places = np.arange(len(tasks)) + (index - (len(scores) - 1) / 2) * width
        hatch = _HATCHES[index % len(_HATCHES)]
        bars = axes.bar(places, heights, width, label=label, hatch=hatch)
        axes.bar_label(bars, fmt="%.0f", fontsize="xx-small")  # a bar of 0 is not seen
    axes.set_xticks(np.arange(len(tasks)), [f"{task}\n{group}" for group, task in tasks])
    axes.tick_params(axis="x", labelsize="small", rotation=30)
    axes.set_ylim(0, 100)
    axes.set_ylabel("accuracy, %")
    axes.set_title(title)
    axes.grid(visible=True, axis="y", alpha=0.3)
    figure.legend(loc="outside lower center", ncols=2, fontsize="small")
    figure.savefig(file, dpi=_DPI)
