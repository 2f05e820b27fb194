"""Opened video files: their frames with times, and what is wrong with a broken one."""

from __future__ import annotations

import math
import re
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING

import av
import numpy as np
from av.error import FFmpegError

from app.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from av.container import InputContainer
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

    from app.capture.base import Image

FALLBACK_FRAME_S = 1 / 25  # for the rare stream that tells no rate
NETWORK_TIMEOUT_S = 10.0
QUARTER_TURN_DEG = 90
# A file that ends this much before the length it declares was cut off.
MISSING_S, MISSING_PART = 1.0, 0.02

_MATROSKA_DURATION = re.compile(r"(\d+):(\d\d):(\d\d(?:\.\d+)?)")


@dataclass(frozen=True, slots=True, eq=False)
class TimedFrame:
    """A decoded picture and from when to when it is shown; the first starts at 0."""

    time_s: float
    end_s: float
    picture: VideoFrame

    def to_rgb(self) -> Image:
        """Its pixels; see `rgb_of`."""
        return rgb_of(self.picture)


def rgb_of(picture: VideoFrame) -> Image:
    """The pixels of a decoded picture, the way up that the recording camera was held."""
    image = np.asarray(picture.to_ndarray(format="rgb24"), np.uint8)
    turns = round(picture.rotation / QUARTER_TURN_DEG) % 4
    return np.ascontiguousarray(np.rot90(image, turns)) if turns else image


def open_container(location: Path | str, name: str) -> InputContainer:
    """The opened container of a file, or of the file at an address.

    Raises:
        SourceError: There is none, or nothing in it that can be played.
    """
    if not isinstance(location, str):
        _check_file(location)
        location = str(location.resolve())  # a name with a colon would be taken for a protocol
    try:
        # Titles in old encodings are no reason to refuse a video.
        container = av.open(location, timeout=NETWORK_TIMEOUT_S, metadata_errors="replace")
    except PermissionError as error:
        raise SourceError(f"{name} may not be read; check its permissions.") from error
    except (FFmpegError, OSError) as error:
        raise SourceError(
            f"{name} cannot be played: it is damaged, cut off, or no video file."
        ) from error
    if container.format.name == "tty":  # FFmpeg draws any text file as a picture
        container.close()
        raise SourceError(f"{name} is a text file; choose a video file.")
    return container


def video_stream(container: InputContainer, name: str) -> VideoStream:
    """The first video stream.

    Raises:
        SourceError: There is none.
    """
    if not container.streams.video:
        raise SourceError(f"{name} holds no video, only sound or data; choose another file.")
    stream = container.streams.video[0]
    stream.thread_type = "AUTO"
    return stream


def declared_length_s(container: InputContainer, stream: VideoStream) -> float | None:
    """The length that the file claims for its pictures, None where it does not tell."""
    if stream.duration and stream.time_base:
        return float(stream.duration * stream.time_base)
    noted = _MATROSKA_DURATION.fullmatch(stream.metadata.get("DURATION", ""))
    if noted:
        hours, minutes, seconds = noted.groups()
        return int(hours) * 3600 + int(minutes) * 60 + float(seconds)
    has_only_video = len(container.streams) == 1
    return container.duration / av.time_base if container.duration and has_only_video else None


def timed_frames(container: InputContainer, stream: VideoStream, name: str) -> Iterator[TimedFrame]:
    """Frames in the order of their times, which start at 0.

    Raises:
        SourceError: The file is damaged or cut off; raised as late as possible, since players go
            on behind a damage, too.
    """
    clock = _FrameClock(stream)
    try:
        for picture in container.decode(stream):
            frame = clock.timed(picture)
            if frame is not None:
                yield frame
    except (FFmpegError, OSError) as error:
        raise SourceError(
            f"{name} is damaged after {clock.end_s:.1f} s and cannot be read further."
        ) from error
    _check_whole(clock, declared_length_s(container, stream), name)


def _check_whole(clock: _FrameClock, declared_s: float | None, name: str) -> None:
    """After the last frame: tell what a player would pass over in silence."""
    if declared_s is not None and clock.misses(declared_s):
        raise SourceError(
            f"{name} breaks off after {clock.end_s:.1f} s of {declared_s:.1f} s; "
            "the file is cut off, copy it again."
        )
    if clock.damage_s is not None:
        raise SourceError(
            f"{name} is damaged at {clock.damage_s:.1f} s; it was played to its end, "
            "but pictures are missing. Copy it again."
        )


class _FrameClock:
    """Gives frames their times: from 0, growing, also where the container forgot one.

    Attributes:
        end_s: When the newest frame leaves the screen.
        damage_s: When the first frame shows that could not be decoded whole, apart from those at
            the start of a recording that began between two key frames.
    """

    def __init__(self, stream: VideoStream) -> None:
        rate = stream.average_rate or stream.guessed_rate
        self._frame_s = float(1 / rate) if rate else FALLBACK_FRAME_S
        self._newest_s = -math.inf
        self._origin_s = 0.0
        self._has_whole = False
        self.end_s = 0.0
        self.damage_s: float | None = None

    def timed(self, picture: VideoFrame) -> TimedFrame | None:
        """`picture` with its time; None for one that comes too late to be shown."""
        time_s = self.end_s
        if picture.pts is not None:
            if self._newest_s < 0:
                self._origin_s = picture.time
            time_s = picture.time - self._origin_s
        if time_s <= self._newest_s:
            return None
        if picture.is_corrupt and self._has_whole and self.damage_s is None:
            self.damage_s = time_s
        self._has_whole = self._has_whole or not picture.is_corrupt
        self._newest_s = time_s
        self.end_s = time_s + self._duration_s(picture)
        return TimedFrame(time_s, self.end_s, picture)

    def misses(self, declared_s: float) -> bool:
        """Whether frames are missing from a file that claims to be this long."""
        # Some containers count the time before the first picture, too.
        missing_s = declared_s - self.end_s - max(0.0, self._origin_s)
        return missing_s > max(MISSING_S, MISSING_PART * declared_s)

    def _duration_s(self, picture: VideoFrame) -> float:
        return float((picture.duration or 0) * (picture.time_base or 0)) or self._frame_s


def _check_file(path: Path) -> None:
    try:
        status = path.stat()
    except (FileNotFoundError, NotADirectoryError, ValueError) as error:  # ValueError: a null byte
        raise SourceError(f"There is no file {path}; check the name.") from error
    except OSError as error:
        raise SourceError(
            f"{path} may not be read ({error.strerror}); check its name and its permissions."
        ) from error
    if stat.S_ISDIR(status.st_mode):
        raise SourceError(f"{path} is a folder; choose a video file.")
    if status.st_size == 0:
        raise SourceError(f"{path.name} is empty (0 bytes); copy or record it again.")
