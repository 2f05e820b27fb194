"""The page, the numbers and the pictures of an efficiency evaluation."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.evaluation.efficiency.curve import REAL_TIME_S, to_json
from engine.evaluation.efficiency.plot import LABELS, draw
from engine.evaluation.markdown import model_lines, origin_line, table

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from engine.evaluation.efficiency.curve import Curve, Measured
    from engine.evaluation.efficiency.settings import EfficiencySettings

_MIB = 2**20
_PAPER = (
    ("full", "0.04 to 0.56 s, out of memory near 225 s"),
    ("window", "saw-tooth, 0.04 to 0.18 s"),
    ("window_overlap", "0.25 to 0.41 s"),
    ("streaming", "flat, about 0.05 s"),
)
_HEAD = (
    *("model", "scheme", "rounds", "latency per token median / p95, s", "last tenth / first"),
    *("decoding per token, s", "round median, s", "rounds behind real time"),
    *("most cached tokens", "cache MiB", "process MiB"),
)


def write_report(settings: EfficiencySettings, source: str, measured: Sequence[Measured]) -> Path:
    """Write report.md, report.json and a picture per model; gives the page's path."""
    plots = _draw_all(settings, measured)
    value = {
        "suite": "efficiency",
        "settings": _settings_json(settings),
        "source": source,
        "curves": [{**to_json(each), **figures(each.curve)} for each in measured],
        "plots": plots,
    }
    (settings.out / "report.json").write_text(
        json.dumps(value, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    page = settings.out / "report.md"
    page.write_text(_page(settings, source, measured, plots), encoding="utf-8")
    return page


def figures(curve: Curve) -> dict[str, float | int]:
    """What one reads off a curve."""
    latency, rounds = curve.per_token_s, curve.rounds
    return {
        "latency_per_token_median_s": float(np.median(latency)),
        "latency_per_token_p95_s": float(np.percentile(latency, 95)),
        "last_tenth_over_first": curve.growth,
        "decode_per_token_median_s": float(np.median(curve.decode_per_token_s)),
        "round_median_s": float(np.median([each.seconds for each in rounds])),
        "share_behind_real_time": curve.late_share,
        "most_cache_tokens": max(each.cache_tokens for each in rounds),
        "most_cache_bytes": max(each.cache_bytes for each in rounds),
        "most_memory_bytes": max(each.memory_bytes for each in rounds),
    }


def _settings_json(settings: EfficiencySettings) -> dict[str, Any]:
    video = None if settings.video is None else str(settings.video)
    return {**asdict(settings), "out": str(settings.out), "video": video}


def _draw_all(settings: EfficiencySettings, measured: Sequence[Measured]) -> list[str]:
    names: list[str] = []
    for number, model in enumerate(settings.models):
        curves = [each.curve for each in measured if each.name == model]
        if curves:
            names.append("efficiency.png" if not number else f"efficiency-{number + 1}.png")
            draw(curves, model, settings.out / names[-1])
    return names


def _page(
    settings: EfficiencySettings, source: str, measured: Sequence[Measured], plots: Sequence[str]
) -> str:
    about = [
        f"- Source: {source}; {settings.seconds} s at most, replies of {settings.tokens} tokens, "
        "forced, so that all schemes do the same work.",
        "- Latency per token is a round's whole time (letting go, looking, prefill, decoding) over "
        f"its tokens; {REAL_TIME_S} s is real time at ten tokens a second of video.",
        *model_lines({each.name: each.model for each in measured}),
        origin_line([each.origin for each in measured]),
    ]
    if settings.workers > 1:
        about.append(
            f"- {settings.workers} schemes were measured at a time: unless each had a GPU to "
            "itself, they have slowed each other down."
        )
    sections = [
        "# Efficiency of the attention schemes",
        "\n".join(about),
        table(_HEAD, [_row(each) for each in measured]),
        "\n".join(_stops(measured)),
        "\n\n".join(f"![Latency per token and cache]({name})" for name in plots),
        "## The paper's figure\n\nOne H100, a 7B model, 1000 s of video (arXiv:2510.09608).\n\n"
        + table(("scheme", "latency per token"), [(LABELS[name], words) for name, words in _PAPER]),
    ]
    return "\n\n".join(section for section in sections if section) + "\n"


def _row(measured: Measured) -> Sequence[str]:
    curve, found = measured.curve, figures(measured.curve)
    return (
        measured.name,
        LABELS[curve.scheme],
        str(len(curve.rounds)),
        f"{found['latency_per_token_median_s']:.4f} / {found['latency_per_token_p95_s']:.4f}",
        f"{found['last_tenth_over_first']:.2f}",
        f"{found['decode_per_token_median_s']:.4f}",
        f"{found['round_median_s']:.3f}",
        f"{found['share_behind_real_time']:.1%}",
        str(found["most_cache_tokens"]),
        f"{found['most_cache_bytes'] / _MIB:.1f}",
        f"{found['most_memory_bytes'] / _MIB:.0f}",
    )


def _stops(measured: Sequence[Measured]) -> list[str]:
    return [
        f"- {LABELS[each.curve.scheme]} ({each.name}) ended at {each.curve.video_s[-1]:g} s of "
        f"video: {each.curve.stopped}."
        for each in measured
        if each.curve.stopped
    ]
