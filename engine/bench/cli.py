"""`kibitz bench`: what to measure. Nothing heavy loads until it runs."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from engine.bench.settings import PARTS, BenchSettings
from engine.command_line import require_plots, say, some_of
from engine.config import Attention, SamplingConfig

if TYPE_CHECKING:
    from engine.bench.settings import CaptureMeter

_DESCRIPTION = """\
Measures what each stage of a round costs in the steady state, beside the limits of this machine
(memory, matrix products) and beside the same products and attention bare in a loop, and the four
attention schemes over the length of a stream. Prints a table; writes bench.json and schemes.png.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `kibitz bench`."""
    parser.description = _DESCRIPTION
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    _add_model(parser)
    _add_measurements(parser)
    parser.add_argument(
        "--out", type=Path, default=Path("bench"), metavar="DIR", help="(default: %(default)s)"
    )


def _add_model(parser: argparse.ArgumentParser) -> None:
    """Which model, and how it computes."""
    parser.add_argument(
        "--model",
        default="bundled",
        metavar="M",
        help='"bundled" (the default), "half-b" or "tiny" (random weights), a folder, or a hub id',
    )
    parser.add_argument("--device", default="auto", help="as torch names it (default: %(default)s)")
    parser.add_argument(
        "--precision",
        default="auto",
        help="auto (the default), float32, float16, bfloat16, int8 or int4",
    )
    parser.add_argument(
        "--attention",
        choices=get_args(Attention),
        default="auto",
        help="kernels; auto (the default) takes flash-attn where it is installed and can be used",
    )
    parser.add_argument(
        "--temperature",
        type=float,
        default=0.0,
        metavar="T",
        help="of choosing a token, which costs more above 0 (default: %(default)g)",
    )
    parser.add_argument("--threads", type=int, help="of torch (default: its own choice)")


def _add_measurements(parser: argparse.ArgumentParser) -> None:
    """What is measured, and how long."""
    parser.add_argument(
        "--size",
        type=_size,
        metavar="WxH",
        help="of the pictures, before they are resized (default: 1280x720)",
    )
    parser.add_argument(
        "--stages",
        type=some_of(PARTS),
        default=PARTS,
        metavar="P,P",
        help=f"which parts: all (the default) or some of {', '.join(PARTS)}",
    )
    parser.add_argument(
        "--seconds", type=float, default=60.0, metavar="N", help="about (default: %(default)g)"
    )
    parser.add_argument(
        "--quality",
        action="store_true",
        help="also what other precisions would have said, over 500 forced tokens",
    )


def run(args: argparse.Namespace, measure_capture: CaptureMeter | None = None) -> int:
    """Measure and print; gives the exit status.

    Args:
        args: As parsed.
        measure_capture: Captures the screen, where that can be done.

    Raises:
        EngineError: It cannot be measured; the message says why.
    """
    settings = bench_settings(args)
    if "schemes" in settings.parts:
        require_plots(instead=", or --stages stages")
    from engine.bench.report import as_text
    from engine.bench.run import bench

    print(as_text(bench(settings, say, measure_capture)))
    say(f"All figures are in {settings.out}")
    return 0


def bench_settings(args: argparse.Namespace) -> BenchSettings:
    """The settings that parsed arguments ask for.

    Raises:
        ConfigError: A value is out of its range.
    """
    return BenchSettings(
        model=args.model,
        out=args.out,
        device=args.device,
        precision=args.precision,
        attention=args.attention,
        sampling=SamplingConfig(temperature=args.temperature, seed=0),
        size=args.size,
        parts=args.stages,
        seconds=args.seconds,
        threads=args.threads,
        quality=args.quality,
    )


def _size(text: str) -> tuple[int, int]:
    width, _, height = text.partition("x")
    if not (width.isdecimal() and height.isdecimal()):
        raise argparse.ArgumentTypeError(f"{text!r} is no size like 1008x560")
    return int(width), int(height)
