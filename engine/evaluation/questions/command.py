"""`kibitz evaluate ovobench` and its like: their options. Nothing heavy loads until one runs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from engine.command_line import add_models, add_workers, require_plots, say, some_of
from engine.evaluation.pool import PoolSettings
from engine.evaluation.questions.settings import MODES, QuestionSettings

if TYPE_CHECKING:
    import argparse

_DESCRIPTION = """\
Asks a public suite's questions about its videos in two modes, side by side: standard (frames
sampled evenly, as published numbers are made) and streaming (asked in mid-stream, against the
bounded cache). Writes report.md, report.json and a picture. Answers are kept in OUT/journal.jsonl:
after a stop, even kill -9, the same command goes on from there.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options that all suites of questions share."""
    parser.description = _DESCRIPTION
    add = parser.add_argument
    add_models(parser, "; several stand side by side")
    add("--data", type=Path, required=True, metavar="DIR", help="the suite's own folder")
    add(
        "--modes",
        type=some_of(MODES, "mode"),
        default=MODES,
        metavar="M,M",
        help=f"all (the default) or one of {', '.join(MODES)}",
    )
    add("--fps", type=float, default=1.0, help="standard: frames a second (default: %(default)g)")
    add("--max-frames", type=int, default=64, help="standard: of a video (default: %(default)s)")
    add("--lead", type=float, metavar="S", help="streaming: begin so long before each question")
    add("--silent", action="store_true", help="streaming: say nothing before the question")
    add("--max-pixels", type=int, help="of a picture (default: the model's own bound)")
    add("--limit", type=int, metavar="N", help="ask only N questions, for a first look")
    add_workers(parser)
    add("--out", type=Path, metavar="DIR", help="(default: the suite's name)")


def run(args: argparse.Namespace) -> int:
    """Run the suite; return the exit status.

    Raises:
        EngineError: It cannot be done; the message says why. Answers are kept.
    """
    settings = question_settings(args)
    require_plots()
    from engine.evaluation.questions.suite import evaluate

    say(f"the report is {evaluate(settings, say)}")
    return 0


def question_settings(args: argparse.Namespace) -> QuestionSettings:
    """The settings that parsed arguments ask for.

    Raises:
        ConfigError: A value is out of its range.
    """
    return QuestionSettings(
        suite=args.suite,
        models=tuple(args.model or ["bundled"]),
        data=args.data,
        out=args.out or Path(args.suite),
        modes=args.modes,
        fps=args.fps,
        max_frames=args.max_frames,
        lead_s=args.lead,
        speaks=not args.silent,
        max_pixels=args.max_pixels,
        limit=args.limit,
        pool=PoolSettings(args.workers, args.threads, args.ray_address),
    )
