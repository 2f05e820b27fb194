"""`kibitz devices`: what can be watched at this machine."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from app.capture.desktop import list_monitors
from app.capture.webcam import list_webcams
from app.errors import SourceError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator


def add_arguments(_parser: argparse.ArgumentParser) -> None:
    """There are no options."""


def run(_args: argparse.Namespace) -> int:
    """Print the devices; gives the exit code."""
    for line in describe_devices():
        sys.stdout.write(f"{line}\n")
    return 0


def describe_devices() -> Iterator[str]:
    """Lines that name every source with the word that `kibitz run` takes for it."""
    yield "Screens:"
    try:
        for monitor in list_monitors():
            yield f"  screen:{monitor.region}   {monitor.name}"
    except SourceError as error:
        yield f"  none. {error}"
    yield "Webcams:"
    webcams = list_webcams()
    for webcam in webcams:
        yield f"  webcam:{webcam.index}   {webcam.name}"
    if not webcams:
        yield "  none."
