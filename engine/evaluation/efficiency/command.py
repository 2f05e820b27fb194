"""`kibitz evaluate efficiency`: its options. Nothing heavy loads until it runs."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from engine.command_line import add_models, add_workers, require_plots, say, some_of
from engine.evaluation.efficiency.settings import EfficiencySettings

if TYPE_CHECKING:
    from engine.config import Scheme

_GIB = 2**30
_SCHEMES: tuple[Scheme, ...] = ("full", "window", "window_overlap", "streaming")

_DESCRIPTION = """\
Lets each attention scheme watch the same long video and times every round: latency per token and
per round, cache and memory, until the end, a limit, or the end of memory. Writes report.md,
report.json and the paper's figure. Finished schemes are kept in OUT/journal.jsonl: after a stop,
even kill -9, the same command goes on from there. Leave the machine alone while it measures.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `kibitz evaluate efficiency`."""
    parser.description = _DESCRIPTION
    add = parser.add_argument
    add_models(parser)
    add(
        "--schemes",
        type=some_of(_SCHEMES),
        default=_SCHEMES,
        metavar="S,S",
        help=f"all (the default) or some of {', '.join(_SCHEMES)}",
    )
    add("--video", type=Path, metavar="FILE", help="to watch (default: the built-in match)")
    add("--seconds", type=int, default=1000, help="of video (default: %(default)s, the paper's)")
    add("--tokens", type=int, default=10, help="of each reply (default: %(default)s)")
    add("--seed", type=int, default=0, help="of the match (default: %(default)s)")
    add(
        "--size",
        type=_size,
        default=(168, 112),
        metavar="WxH",
        help="of the match's pictures (default: 168x112)",
    )
    add("--max-pixels", type=int, help="of a picture (default: the model's own bound)")
    add("--max-cache-gib", type=float, metavar="G", help="where full attention stops")
    add("--max-minutes", type=float, metavar="N", help="of measuring one scheme")
    add_workers(parser)
    add(
        "--out", type=Path, default=Path("efficiency"), metavar="DIR", help="(default: %(default)s)"
    )


def run(args: argparse.Namespace) -> int:
    """Run the suite; return the exit status.

    Raises:
        EngineError: It cannot be done; the message says why. Finished schemes are kept.
    """
    settings = efficiency_settings(args)
    require_plots()
    from engine.evaluation.efficiency.suite import evaluate

    say(f"the report is {evaluate(settings, say)}")
    return 0


def efficiency_settings(args: argparse.Namespace) -> EfficiencySettings:
    """The settings that parsed arguments ask for.

    Raises:
        ConfigError: A value is out of its range.
    """
    max_gib: float | None = args.max_cache_gib
    return EfficiencySettings(
        models=tuple(args.model or ["bundled"]),
        schemes=args.schemes,
        out=args.out,
        seconds=args.seconds,
        tokens=args.tokens,
        video=args.video,
        seed=args.seed,
        size=args.size,
        max_pixels=args.max_pixels,
        threads=args.threads,
        max_cache_bytes=None if max_gib is None else round(max_gib * _GIB),
        max_minutes=args.max_minutes,
        workers=args.workers,
        ray_address=args.ray_address,
    )


def _size(text: str) -> tuple[int, int]:
    width, _, height = text.lower().partition("x")
    if not (width.isdecimal() and height.isdecimal()):
        raise argparse.ArgumentTypeError(f"{text!r} is no size like 336x224")
    return int(width), int(height)
