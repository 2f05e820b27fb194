"""`kibitz evaluate proof`: writes small data in the suites' formats. Nothing heavy loads here."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from engine.command_line import say

if TYPE_CHECKING:
    import argparse

_DESCRIPTION = """\
Writes a match of the built-in game as a video and true questions about it, in the formats of
OVO-Bench, LongVideoBench, Video-MME and MVBench: to try the suites without their data.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `kibitz evaluate proof`."""
    parser.description = _DESCRIPTION
    parser.add_argument("--seed", type=int, default=0, help="of the match (default: %(default)s)")
    parser.add_argument(
        "--seconds", type=int, default=60, help="length of the match (default: %(default)s)"
    )
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")


def run(args: argparse.Namespace) -> int:
    """Write the data; return the exit status.

    Raises:
        EngineError: The folder cannot be written to, or nothing happens in so short a match.
    """
    from engine.evaluation.questions.proof import write_proof

    write_proof(args.seed, args.seconds, args.out, say)
    return 0
