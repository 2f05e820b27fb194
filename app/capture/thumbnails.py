"""Small pictures of sources, about one a second, taken in a process of their own.

Decision: loading OpenCV cold holds Python's lock for more than a second, and a camera's driver can
hang; neither may stop a window. The process lives only while thumbnails are looked at, so cameras
are given back with it.
"""

from __future__ import annotations

import logging
import os
import signal
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from app.capture.opencv import cv2
from app.capture.opening import open_source
from app.capture.specs import FileSpec, SourceSpec, UrlSpec, WebcamSpec
from app.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from multiprocessing.connection import Connection

    from app.capture.base import Image, Source

logger = logging.getLogger(__name__)

INTERVAL_S = 1.0
LARGEST_PX = 256, 144
STILL_AT_S = 2.0  # of a video file, whose first pictures are often black
RETRY_S = 10.0  # before a source that failed is tried again
_SLOW = WebcamSpec | UrlSpec  # may keep others waiting, so they come last


@dataclass(frozen=True, slots=True, eq=False)
class Thumbnail:
    """What a source shows now.

    Attributes:
        image: Small, uint8 RGB; None where it shows nothing.
        failure: Why, in a sentence.
    """

    spec: SourceSpec
    image: Image | None
    failure: str = ""


def serve(connection: Connection[Any, Any]) -> None:
    """Send thumbnails of the sources asked for until the other end is closed; ends the process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the window
    try:
        _serve(connection)
    except (EOFError, OSError):
        logger.debug("nobody looks any more")
    except Exception:  # the process's edge
        logger.exception("the process of the thumbnails died")
    os._exit(0)  # nothing to save, and a driver may hang


def _serve(connection: Connection[Any, Any]) -> None:
    taker = Taker()
    wanted: tuple[SourceSpec, ...] = ()
    while True:
        started_s = time.monotonic()
        for spec in sorted(wanted, key=lambda spec: isinstance(spec, _SLOW)):
            connection.send(taker.take(spec))
        left_s = max(0.0, started_s + INTERVAL_S - time.monotonic()) if wanted else None
        if connection.poll(left_s):
            wanted = connection.recv()
            taker.keep_only(wanted)


class Taker:
    """Looks at sources and keeps those open that it looked at; used by one thread."""

    def __init__(self) -> None:
        self._open: dict[SourceSpec, tuple[Source, float]] = {}
        self._known: dict[SourceSpec, tuple[Thumbnail, float]] = {}  # stills and failures

    def take(self, spec: SourceSpec) -> Thumbnail:
        """What `spec` shows now; a video file always shows the same picture."""
        known = self._known.get(spec)
        if known is not None and time.monotonic() < known[1]:
            return known[0]
        try:
            thumbnail = Thumbnail(spec, shrunk(self._look(spec)))
        except SourceError as error:
            thumbnail = Thumbnail(spec, None, str(error))
            self._close(spec)
            self._known[spec] = thumbnail, time.monotonic() + RETRY_S
        if isinstance(spec, FileSpec):
            self._close(spec)
            self._known[spec] = thumbnail, time.monotonic() + RETRY_S
        return thumbnail

    def keep_only(self, wanted: Iterable[SourceSpec]) -> None:
        """Close all others."""
        for spec in set(self._open).difference(wanted):
            self._close(spec)

    def _look(self, spec: SourceSpec) -> Image:
        if spec not in self._open:
            source = open_source(spec, sample_interval_s=INTERVAL_S)
            self._open[spec] = source, time.monotonic()
        source, opened_s = self._open[spec]
        is_file = isinstance(spec, FileSpec)
        image = source.glance(STILL_AT_S if is_file else time.monotonic() - opened_s)
        if image is None:
            raise SourceError("The stream has ended.")
        return image

    def _close(self, spec: SourceSpec) -> None:
        source, _ = self._open.pop(spec, (None, 0.0))
        if source is not None:
            source.close()


def shrunk(image: Image, largest_px: tuple[int, int] = LARGEST_PX) -> Image:
    """`image` no wider and no higher than `largest_px`, its shape kept."""
    height, width, _ = image.shape
    scale = min(largest_px[0] / width, largest_px[1] / height)
    if scale >= 1:
        return image
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)
