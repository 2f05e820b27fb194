"""A camera at this machine (OpenCV)."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from app.capture.base import Frame, Image, SourceInfo
from app.capture.newest import NewestFrame, open_capture
from app.capture.opencv import cv2
from app.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Callable

READ_TIMEOUT_S = 5.0
VIDEO4LINUX = Path("/sys/class/video4linux")
MAX_PROBED = 4  # cameras looked for where the system keeps no list


class WebcamSource:
    """The newest picture of a camera.

    Args:
        index: Which camera.
        open_device: Opens it.
        timeout_s: How long a picture may take.
    """

    def __init__(
        self,
        index: int,
        *,
        open_device: Callable[[int], cv2.VideoCapture] = cv2.VideoCapture,
        timeout_s: float = READ_TIMEOUT_S,
    ) -> None:
        self._label = f"webcam {index}"
        capture = open_capture(
            lambda: open_device(index),
            label=f"The {self._label}",
            advice="see `kibitz devices` for the cameras of this machine, "
            "and close other programs that use it"
            f"{', and let Kibitz use the camera when macOS asks' * (sys.platform == 'darwin')}.",
        )
        self._newest = NewestFrame(capture, label=f"The {self._label}", timeout_s=timeout_s)
        self._info = SourceInfo(label=self._label, is_live=True, is_endless=True)

    @property
    def info(self) -> SourceInfo:
        return self._info

    def read(self, time_s: float) -> Frame:
        frame = self._newest.next(time_s)
        if frame is None:  # a camera has no end
            raise SourceError(f"The {self._label} stopped sending pictures; was it unplugged?")
        return frame

    def glance(self, time_s: float) -> Image:
        return self.read(time_s).image

    def close(self) -> None:
        self._newest.close()


@dataclass(frozen=True, slots=True)
class WebcamName:
    """A camera's number, as in `webcam:0`, and what the system calls it."""

    index: int
    name: str


def list_webcams(kernel_list: Path = VIDEO4LINUX) -> tuple[WebcamName, ...]:
    """The cameras of this machine; they are opened only where the system keeps no list."""
    if sys.platform == "linux":
        return _from_video4linux(kernel_list)
    return tuple(WebcamName(index, f"camera {index}") for index in _probe())


def _from_video4linux(folder: Path) -> tuple[WebcamName, ...]:
    """Capture devices by the kernel's list; a camera's further nodes carry an index above 0."""
    found: list[WebcamName] = []
    for device in folder.glob("video*"):
        number = device.name.removeprefix("video")
        if number.isdigit() and _first_line(device / "index") in {"", "0"}:
            found.append(WebcamName(int(number), _first_line(device / "name") or device.name))
    return tuple(sorted(found, key=lambda camera: camera.index))


def _first_line(path: Path) -> str:
    try:
        return path.read_text().strip()
    except OSError:
        return ""


def _probe() -> list[int]:
    found: list[int] = []
    for index in range(MAX_PROBED):
        capture = cv2.VideoCapture(index)
        if capture.isOpened():
            found.append(index)
        capture.release()
    return found
