"""The newest picture of a camera or stream: a thread drains it, so that nothing old is queued."""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from app.capture.base import Frame, Image
from app.capture.opencv import cv2
from app.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Callable

    from cv2.typing import MatLike

logger = logging.getLogger(__name__)

CLOSE_WAIT_S = 0.5
SILENT_PART = 0.9  # of the time that a picture may take


@dataclass(frozen=True, slots=True, eq=False)
class _Picture:
    """A picture as OpenCV gives it, BGR or grey, and the Unix time of its grab."""

    image: MatLike
    captured_at: float


class NewestFrame:
    """Reads an opened `cv2.VideoCapture` to its end and decodes only pictures that are asked for.

    A picture that is handed out was grabbed after it was asked for: two are never the same one.
    The thread owns the device and gives it back when it ends, because OpenCV allows no release
    during a read.

    Args:
        capture: Opened; owned from now on.
        label: Names the source in error messages.
        timeout_s: How long a picture may take.
    """

    def __init__(self, capture: cv2.VideoCapture, *, label: str, timeout_s: float) -> None:
        self._capture = capture
        self._label = label
        self._timeout_s = timeout_s
        self._changed = threading.Condition()
        self._is_wanted = False
        self._is_closed = False
        self._has_ended = self._fell_silent = False
        self._newest: _Picture | None = None
        self._last_grab = time.monotonic()
        self._thread = threading.Thread(target=self._drain, name=f"drain-{label}", daemon=True)
        self._thread.start()

    def next(self, time_s: float) -> Frame | None:
        """Wait for the next picture; None where the stream has ended.

        Raises:
            SourceError: None came in time.
        """
        with self._changed:
            self._is_wanted = True
            self._newest = None
            self._changed.wait_for(self._has_news, timeout=self._timeout_s)
            self._is_wanted = False
        picture = self._taken()
        if picture is not None:
            return Frame(partial(_to_rgb, picture.image), time_s, picture.captured_at)
        if self._has_ended and not self._fell_silent:
            return None
        raise SourceError(
            f"{self._label} sent no picture for {self._timeout_s:g} s; "
            "check that it is connected and sending."
        )

    def close(self) -> None:
        """Let the thread end and give the device back; a blocked read is not waited for."""
        self._is_closed = True
        self._thread.join(CLOSE_WAIT_S)

    def _taken(self) -> _Picture | None:
        return self._newest

    def _has_news(self) -> bool:
        return self._newest is not None or self._has_ended

    def _drain(self) -> None:
        try:
            while not self._is_closed and self._capture.grab():
                self._last_grab = time.monotonic()
                if self._is_wanted:
                    self._decode()
        except cv2.error:
            logger.exception("%s broke off", self._label)
        finally:
            # After such a time it was OpenCV that gave up, not the sender that ended.
            waited_s = time.monotonic() - self._last_grab
            self._capture.release()
            with self._changed:
                self._fell_silent = waited_s > SILENT_PART * self._timeout_s
                self._has_ended = True
                self._changed.notify_all()

    def _decode(self) -> None:
        captured_at = time.time()
        succeeded, image = self._capture.retrieve()
        if not succeeded:
            return
        with self._changed:
            self._newest = _Picture(image, captured_at)
            self._changed.notify_all()


def open_capture(
    open_it: Callable[[], cv2.VideoCapture], *, label: str, advice: str
) -> cv2.VideoCapture:
    """An opened capture.

    Raises:
        SourceError: It cannot be opened; the message ends with `advice`.
    """
    try:
        capture = open_it()
    except cv2.error as error:
        raise SourceError(f"{label} cannot be opened; {advice}") from error
    if not capture.isOpened():
        capture.release()
        raise SourceError(f"{label} cannot be opened; {advice}")
    return capture


def _to_rgb(image: MatLike) -> Image:
    is_grey = image.ndim == 2  # noqa: PLR2004
    conversion = cv2.COLOR_GRAY2RGB if is_grey else cv2.COLOR_BGR2RGB
    return np.asarray(cv2.cvtColor(image, conversion), np.uint8)
