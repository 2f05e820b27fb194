"""A video stream on the network (OpenCV): motion JPEG, RTSP, HLS and what else FFmpeg opens."""

from __future__ import annotations

from app.capture.base import Frame, Image, SourceInfo
from app.capture.newest import NewestFrame, open_capture
from app.capture.opencv import cv2
from app.capture.specs import public_address

OPEN_TIMEOUT_S = 10.0
READ_TIMEOUT_S = 5.0


class UrlSource:
    """The newest picture of a live stream.

    Args:
        url: The stream's address.
        open_timeout_s: How long the server may take to answer.
        read_timeout_s: How long a picture may take.
    """

    def __init__(
        self,
        url: str,
        *,
        open_timeout_s: float = OPEN_TIMEOUT_S,
        read_timeout_s: float = READ_TIMEOUT_S,
    ) -> None:
        self._label = public_address(url)
        timeouts = [
            cv2.CAP_PROP_OPEN_TIMEOUT_MSEC,
            round(open_timeout_s * 1000),
            cv2.CAP_PROP_READ_TIMEOUT_MSEC,
            round(read_timeout_s * 1000),
        ]
        capture = open_capture(
            lambda: cv2.VideoCapture(url, cv2.CAP_FFMPEG, timeouts),
            label=f"The stream at {self._label}",
            advice=f"it gave no video within {open_timeout_s:g} s; check the address and that "
            "the server is sending.",
        )
        self._num_frames = capture.get(cv2.CAP_PROP_FRAME_COUNT)
        label = f"The stream at {self._label}"
        self._newest = NewestFrame(capture, label=label, timeout_s=read_timeout_s)
        self._info = SourceInfo(label=self._label, is_live=True, is_endless=True)

    @property
    def info(self) -> SourceInfo:
        return self._info

    @property
    def is_file(self) -> bool:
        """True where the address leads to a file with an end, which is no live stream."""
        return self._num_frames > 0

    def read(self, time_s: float) -> Frame | None:
        return self._newest.next(time_s)

    def glance(self, time_s: float) -> Image | None:
        frame = self._newest.next(time_s)
        return frame.image if frame else None

    def close(self) -> None:
        self._newest.close()
