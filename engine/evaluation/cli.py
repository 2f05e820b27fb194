"""`kibitz evaluate`: suites that measure models. Nothing heavy loads until one runs."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from importlib import import_module
from typing import Protocol, cast


class _Command(Protocol):
    """A suite's own module: its options, and what runs it."""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None: ...

    def run(self, args: argparse.Namespace) -> int: ...


@dataclass(frozen=True, slots=True)
class _Suite:
    """One suite: the module of its command, which loads nothing heavy, and what it measures."""

    module: str
    about: str

    def command(self) -> _Command:
        return cast("_Command", import_module(self.module))


_COMMENTARY = "engine.evaluation.commentary.command"
_QUESTIONS = "engine.evaluation.questions.command"

SUITES: dict[str, _Suite] = {
    "match": _Suite(
        "engine.evaluation.match.command", "commentary on the built-in match, against known truth"
    ),
    "inf-streams": _Suite(
        _COMMENTARY, "Inf-Streams-Eval: commentary on whole games, against people's, by a judge"
    ),
    "livesports3k-cc": _Suite(_COMMENTARY, "LiveSports-3K-CC: the same on short clips"),
    "make-data": _Suite(
        "engine.evaluation.commentary.making_command",
        "no suite: a small data set of the built-in match for the two before",
    ),
    "efficiency": _Suite(
        "engine.evaluation.efficiency.command",
        "latency and memory of the attention schemes over a long video",
    ),
    "ovobench": _Suite(_QUESTIONS, "OVO-Bench: questions, over sampled frames and in mid-stream"),
    "longvideobench": _Suite(
        _QUESTIONS, "LongVideoBench: questions, over sampled frames and in mid-stream"
    ),
    "videomme": _Suite(_QUESTIONS, "Video-MME: questions, over sampled frames and in mid-stream"),
    "mvbench": _Suite(_QUESTIONS, "MVBench: questions, over sampled frames and in mid-stream"),
    "proof": _Suite(
        "engine.evaluation.questions.proof_command",
        "write small data in the formats of the suites of questions, to try them",
    ),
}
"""By name, in the order of the help."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the suites of `kibitz evaluate`."""
    suites = parser.add_subparsers(dest="suite", required=True, metavar="SUITE")
    for name, suite in SUITES.items():
        suite.command().add_arguments(
            suites.add_parser(
                name,
                help=suite.about,
                formatter_class=argparse.RawDescriptionHelpFormatter,
            )
        )


def run(args: argparse.Namespace) -> int:
    """Run the chosen suite; return the exit status.

    Raises:
        EngineError: It cannot be done; the message says why. What is finished is kept.
    """
    return SUITES[args.suite].command().run(args)
