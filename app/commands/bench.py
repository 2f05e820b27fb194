"""`kibitz bench`: the engine's measurements, and what capturing the screen costs."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from app.capture.opening import open_source
from app.capture.specs import MatchSpec, Region, ScreenSpec
from app.errors import SourceError
from engine.bench import cli
from engine.bench.settings import CaptureCost

if TYPE_CHECKING:
    import argparse

    from app.capture.base import Image, Source

_FPS = 10.0
_REGION = Region(0, 0, 1280, 720)
_MATCH_SEED = 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `kibitz bench`."""
    cli.add_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Measure and print; gives the exit code.

    Raises:
        EngineError: It cannot be measured; the message says why.
    """
    return cli.run(args, measure_capture)


def measure_capture(seconds: float) -> CaptureCost:
    """Capture at 10 pictures per second: the screen, or the match where there is no screen."""
    source = _open()
    try:
        return _measure(source, seconds)
    finally:
        source.close()


def _open() -> Source:
    try:
        return open_source(ScreenSpec(_REGION), sample_interval_s=1 / _FPS)
    except SourceError:
        return open_source(MatchSpec(_MATCH_SEED), sample_interval_s=1 / _FPS)


def _measure(source: Source, seconds: float) -> CaptureCost:
    """Times from asking for a picture to having its pixels, the conversion included."""
    height, width = (image := _picture(source, 0.0)).shape[:2]
    num_frames = max(1, round(seconds * _FPS))
    taken: list[float] = []
    cpu_s = time.thread_time()
    for index in range(1, num_frames + 1):
        start = time.perf_counter()
        _picture(source, index / _FPS)
        taken.append(time.perf_counter() - start)
    cpu_s = time.thread_time() - cpu_s
    return CaptureCost(
        source=f"{source.info.label}, {width}x{height} at {_FPS:g} per second",
        frame_s=tuple(taken),
        bytes_per_frame=image.nbytes,
        cpu_share=cpu_s / (num_frames / _FPS),
    )


def _picture(source: Source, time_s: float) -> Image:
    frame = source.read(time_s)
    assert frame is not None, "screens and matches have no end"
    return frame.image
