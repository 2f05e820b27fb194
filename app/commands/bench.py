"""`kibitz bench`: the engine's measurements, and what capturing the screen costs."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from app.capture.chunks import ChunkBuffer
from app.capture.opening import open_source
from app.capture.specs import MatchSpec, Region, ScreenSpec
from app.errors import SourceError
from engine.bench import cli
from engine.bench.settings import CaptureCost

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from app.capture.base import Chunk, Image, Source

_FPS = 10.0
_PAIR = 2  # pictures that the vision tower looks at together
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


def measure_capture(seconds: float, prepare: Callable[[Image], object]) -> CaptureCost:
    """Capture 10 pictures per second of the screen, or of the match where there is no screen.

    Args:
        seconds: How long.
        prepare: Makes of a chunk's pictures what the engine takes.
    """
    source = _open()
    try:
        return _measure(source, seconds, prepare)
    finally:
        source.close()


def _open() -> Source:
    try:
        return open_source(ScreenSpec(_REGION), sample_interval_s=1 / _FPS)
    except SourceError:
        return open_source(MatchSpec(_MATCH_SEED), sample_interval_s=1 / _FPS)


def _measure(source: Source, seconds: float, prepare: Callable[[Image], object]) -> CaptureCost:
    """Times from asking for a chunk's newest picture to its hand-over, and to the engine."""
    buffer = ChunkBuffer(chunk_s=_PAIR / _FPS, frames_per_chunk=_PAIR, drops_late=True)
    _, chunk = _hand_over(source, buffer, 0)
    prepare(chunk.frames)
    num_chunks = max(1, round(seconds * _FPS / _PAIR))
    handed: list[float] = []
    ready: list[float] = []
    cpu_s = time.process_time()
    for index in range(1, num_chunks + 1):
        start, chunk = _hand_over(source, buffer, index)
        handed.append(time.perf_counter() - start)
        prepare(chunk.frames)
        ready.append(time.perf_counter() - start)
    cpu_s = time.process_time() - cpu_s
    height, width = chunk.frames.shape[1:3]
    return CaptureCost(
        source=f"{source.info.label}, {width}x{height} at {_FPS:g} per second",
        frame_s=tuple(handed),
        input_s=tuple(ready),
        bytes_per_frame=chunk.frames.nbytes // _PAIR,
        cpu_share=cpu_s / (num_chunks * _PAIR / _FPS),
    )


def _hand_over(source: Source, buffer: ChunkBuffer, index: int) -> tuple[float, Chunk]:
    """A chunk, and when its newest picture was asked for."""
    start = 0.0
    for place in range(index * _PAIR, (index + 1) * _PAIR):
        start = time.perf_counter()
        frame = source.read(place / _FPS)
        assert frame is not None, "screens and matches have no end"
        buffer.put(frame, place)
    chunk = buffer.take()
    assert chunk is not None, "every pair is a chunk"
    return start, chunk
