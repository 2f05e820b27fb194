"""`kibitz evaluate match`: its options. Nothing heavy loads until it runs."""

from __future__ import annotations

import argparse
from pathlib import Path

from engine.command_line import add_models, add_workers, require_plots, say, some_of
from engine.evaluation.match.settings import DEFAULT_SEEDS, REVIEW_SEEDS, MatchSettings
from engine.evaluation.match.variants import VARIANTS

_GIB = 2**30
_MINUTE = 60
_VARIANTS = tuple(VARIANTS)

_DESCRIPTION = """\
Lets models comment on matches of the built-in game that they have never seen, in true streaming
and greedily, and judges what they say against what happened. Writes report.md, report.json and
plots. Finished runs are kept in OUT/journal.jsonl: after a stop, even kill -9, the same command
goes on from there.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `kibitz evaluate match`."""
    parser.description = _DESCRIPTION
    add_models(parser, "; several are compared with the first")
    parser.add_argument(
        "--seeds",
        type=_seeds,
        default=DEFAULT_SEEDS,
        metavar="N,N",
        help=f"which matches (default: {','.join(map(str, DEFAULT_SEEDS))}); from {REVIEW_SEEDS} "
        "up they are for review, not for choosing between models",
    )
    parser.add_argument(
        "--minutes", type=float, default=30.0, help="length of each (default: %(default)g)"
    )
    parser.add_argument(
        "--schemes",
        type=some_of(_VARIANTS),
        default=_VARIANTS,
        metavar="S,S",
        help=f"which settings: all (the default) or some of {', '.join(_VARIANTS)}",
    )
    parser.add_argument(
        "--out", type=Path, default=Path("evaluation"), metavar="DIR", help="(default: %(default)s)"
    )
    add_workers(parser)
    parser.add_argument(
        "--max-cache-gib",
        type=float,
        metavar="G",
        help="full attention stops when its cache takes more (default: when memory is short)",
    )


def run(args: argparse.Namespace) -> int:
    """Run the suite; return the exit status.

    Raises:
        EngineError: It cannot be done; the message says why. Finished runs are kept.
    """
    settings = match_settings(args)
    require_plots()
    from engine.evaluation.match.suite import evaluate

    report = evaluate(settings, say)
    say(f"the report is {report}")
    return 0


def match_settings(args: argparse.Namespace) -> MatchSettings:
    """The settings that parsed arguments ask for.

    Raises:
        ConfigError: A value is out of its range.
    """
    max_gib: float | None = args.max_cache_gib
    return MatchSettings(
        models=tuple(args.model or ["bundled"]),
        variants=args.schemes,
        seeds=args.seeds,
        seconds=round(args.minutes * _MINUTE),
        out=args.out,
        threads=args.threads,
        max_cache_bytes=None if max_gib is None else round(max_gib * _GIB),
        workers=args.workers,
        ray_address=args.ray_address,
    )


def _seeds(text: str) -> tuple[int, ...]:
    try:
        return tuple(int(part) for part in text.split(","))
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no list of numbers like 1,2") from error
