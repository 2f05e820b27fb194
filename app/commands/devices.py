"""`kibitz devices`: what can be watched and heard at this machine."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from app.capture.access import ScreenWay, screen_access_here
from app.capture.desktop import list_monitors
from app.capture.webcam import list_webcams
from app.errors import SourceError
from app.speech.hosting import read_stock

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from app.speech.events import SpeechStock


def add_arguments(_parser: argparse.ArgumentParser) -> None:
    """There are no options."""


def run(_args: argparse.Namespace) -> int:
    """Print the devices; gives the exit code."""
    for line in describe_devices():
        sys.stdout.write(f"{line}\n")
    return 0


def describe_devices() -> Iterator[str]:
    """Lines that name every device with the word that `kibitz run` takes for it."""
    yield from _describe_sources()
    yield from _describe_speech(read_stock())


def _describe_sources() -> Iterator[str]:
    yield "Screens:"
    try:
        for monitor in list_monitors():
            yield f"  screen:{monitor.region}   {monitor.name}"
    except SourceError as error:
        yield f"  none. {error}"
    if screen_access_here().way is ScreenWay.PORTAL:
        yield "  shared   the screen that you choose in the desktop's dialog"
    yield "Webcams:"
    webcams = list_webcams()
    for webcam in webcams:
        yield f"  webcam:{webcam.index}   {webcam.name}"
    if not webcams:
        yield "  none."


def _describe_speech(stock: SpeechStock) -> Iterator[str]:
    if stock.trouble:
        yield f"Speech: {stock.trouble}"
    if stock.devices:
        yield "Sound outputs:"
        yield from (f"  {name}" for name in stock.devices)
    if stock.voices:
        yield "Voices:"
        width = max(len(voice.id) for voice in stock.voices)
        yield from (f"  {voice.id:{width}}   {voice.name}" for voice in stock.voices)
