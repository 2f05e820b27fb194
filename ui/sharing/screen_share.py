"""One screen, shared through Qt Multimedia, from the question to the person to its end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QImage

from app.capture.access import ELSE_CHOOSE
from app.capture.shared import ANSWER_WAIT_S, FIRST_PICTURE_WAIT_S

if TYPE_CHECKING:
    from app.capture.base import Image
    from ui.sharing.newest import Newest
    from ui.sharing.portal import PortalWatch

NO_PORTAL = (
    "This desktop has no portal that shares its screen; log in to an X11 session, or "
    f"{ELSE_CHOOSE}."
)
NO_ANSWER = (
    f"Nobody answered the desktop's question about sharing within {ANSWER_WAIT_S:g} s; start "
    "again and choose a screen there."
)
REFUSED = f"No screen was shared; start again and choose one in the dialog, or {ELSE_CHOOSE}."
FAILED = f"The desktop could not share its screen; log in to an X11 session, or {ELSE_CHOOSE}."
NO_PICTURE = (
    f"The desktop shared its screen but sent no picture within {FIRST_PICTURE_WAIT_S:g} s; start "
    "again, or log in to an X11 session."
)
NO_PIPEWIRE = "Sharing the screen needs PipeWire; install it (libpipewire-0.3), then start again."
UNREADABLE = "The desktop sends pictures of a kind that Qt cannot read; log in to an X11 session."
ENDED = "The screen is not shared any more; start again to share it anew."


class ScreenShare(QObject):
    """Keeps the newest picture of what the person shares.

    Args:
        multimedia: The module PySide6.QtMultimedia, which is not part of every installation.
        portal: Hears what the portal says.
        newest: Where pictures and the reason of an end go.
        answer_wait_s: How long the person may take.
        picture_wait_s: How long the first picture may take after that.
    """

    def __init__(
        self,
        multimedia: Any,
        portal: PortalWatch,
        newest: Newest,
        *,
        answer_wait_s: float = ANSWER_WAIT_S,
        picture_wait_s: float = FIRST_PICTURE_WAIT_S,
    ) -> None:
        super().__init__()
        self._multimedia = multimedia
        self._portal = portal
        self._newest = newest
        self._waits_s = answer_wait_s, picture_wait_s
        self._is_granted = False
        self._capture: Any = multimedia.QScreenCapture()
        self._sink: Any = multimedia.QVideoSink()
        self._session: Any = multimedia.QMediaCaptureSession()
        self._session.setScreenCapture(self._capture)
        self._session.setVideoSink(self._sink)
        self._sink.videoFrameChanged.connect(self._take)
        self._capture.errorOccurred.connect(self._heed_error)
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.timeout.connect(self._give_up)
        portal.granted.connect(self._expect_pictures)
        portal.refused.connect(lambda: newest.end(REFUSED))
        portal.failed.connect(lambda: newest.end(FAILED))
        portal.ended.connect(lambda: newest.end(ENDED))

    def start(self) -> None:
        """Have the desktop ask the person."""
        if not self._portal.offers_screens():  # Qt would show its own black window instead
            self._newest.end(NO_PORTAL)
            return
        self._patience.start(round(self._waits_s[0] * 1000))
        self._capture.start()

    def _expect_pictures(self) -> None:
        self._is_granted = True
        self._patience.start(round(self._waits_s[1] * 1000))

    def _take(self, frame: Any) -> None:
        if not self._is_granted:  # Qt grabs its own window where it finds no PipeWire
            self._newest.end(NO_PIPEWIRE)
            return
        self._patience.stop()
        kinds = self._multimedia.QVideoFrameFormat
        pixels = kinds.imageFormatFromPixelFormat(frame.pixelFormat())
        if pixels == QImage.Format.Format_Invalid:
            self._newest.end(UNREADABLE)
        else:
            reading = self._multimedia.QVideoFrame.MapMode.ReadOnly
            self._newest.show(SharedFrame(frame, pixels, reading))

    def _give_up(self) -> None:
        self._newest.end(NO_PICTURE if self._is_granted else NO_ANSWER)

    def _heed_error(self, _error: object, words: str) -> None:
        """Errors after the first picture are about single ones."""
        if not self._newest.has_picture:
            self._newest.end(f"The screen cannot be shared: {words.rstrip('.')}.")


class SharedFrame:
    """A QVideoFrame, read without the graphics card, which a process without windows lacks.

    Args:
        frame: Qt's frame, in one plane.
        pixels: How its pixels lie.
        reading: QVideoFrame.MapMode.ReadOnly.
    """

    def __init__(self, frame: Any, pixels: QImage.Format, reading: Any) -> None:
        self._frame = frame
        self._pixels = pixels
        self._reading = reading

    def rgb(self) -> Image:
        frame = self._frame
        frame.map(self._reading)
        try:
            size = frame.width(), frame.height()
            seen = QImage(frame.bits(0), *size, frame.bytesPerLine(0), self._pixels)
            return _pixels_of(seen.convertToFormat(QImage.Format.Format_RGB888))
        finally:
            frame.unmap()


def _pixels_of(image: QImage) -> Image:
    """A copy of an RGB888 image, whose rows Qt fills up to whole words."""
    width, height, row = image.width(), image.height(), image.bytesPerLine()
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(height, row)
    return rows[:, : 3 * width].reshape(height, width, 3).copy()
