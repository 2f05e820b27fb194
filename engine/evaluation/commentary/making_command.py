"""`kibitz evaluate make-data`: its options. Nothing heavy loads until it runs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from engine.command_line import say

if TYPE_CHECKING:
    import argparse

_DESCRIPTION = """\
Writes a small data set of the built-in match in the formats of Inf-Streams-Eval and
LiveSports-3K-CC: videos, metadata.jsonl and events.jsonl with reference commentary. With it the
suites can be tried without the public data:

  kibitz evaluate make-data DIR --seed 1 2 --seconds 120
  kibitz evaluate inf-streams --data DIR --start 20 --segment 50 --min-words 20
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `kibitz evaluate make-data`."""
    parser.description = _DESCRIPTION
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument("--seed", type=int, nargs="+", default=[650_000, 650_001], metavar="N")
    parser.add_argument("--seconds", type=int, default=300, help="of each match (default: 300)")


def run(args: argparse.Namespace) -> int:
    """Write the data set; return the exit status.

    Raises:
        EngineError: It cannot be written.
    """
    from engine.evaluation.commentary.making import make_data

    make_data(args.seed, args.seconds, args.folder, say)
    return 0
