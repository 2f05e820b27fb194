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


SUITES: dict[str, _Suite] = {
    "match": _Suite(
        "engine.evaluation.match.command", "commentary on the built-in match, against known truth"
    ),
    "efficiency": _Suite(
        "engine.evaluation.efficiency.command",
        "latency and memory of the attention schemes over a long video",
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
