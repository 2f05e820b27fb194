"""`kibitz models`: which models there are, and which are here."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from app.models import CATALOGUE

if TYPE_CHECKING:
    import argparse


def add_arguments(_parser: argparse.ArgumentParser) -> None:
    """There are no options."""


def run(_args: argparse.Namespace) -> int:
    """Print the catalogue; gives the exit code."""
    for entry in CATALOGUE:
        place = "here" if entry.is_here else "not here yet"
        sys.stdout.write(f"{entry.name:30} {place:18} {entry.memory:16} {entry.purpose}\n")
    sys.stdout.write("Any folder or hub id of a Qwen2-VL or Qwen2.5-VL checkpoint works, too.\n")
    return 0
