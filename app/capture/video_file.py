"""A video file (PyAV): exact timestamps, variable frame rate, any container."""

from __future__ import annotations

import math
import re
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import av
import numpy as np
from av.error import FFmpegError

from app.capture.base import Frame, Image, SourceInfo
from app.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from av.container import InputContainer
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

FALLBACK_FRAME_S = 1 / 25  # for the rare stream that tells no rate
NETWORK_TIMEOUT_S = 10.0
QUARTER_TURN_DEG = 90
ROUNDING_S = 0.002  # containers round times to a millisecond
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
        """Its pixels the way up that the recording camera was held."""
        image = np.asarray(self.picture.to_ndarray(format="rgb24"), np.uint8)
        turns = round(self.picture.rotation / QUARTER_TURN_DEG) % 4
        return np.ascontiguousarray(np.rot90(image, turns)) if turns else image


class VideoFileSource:
    """Frames of a file at the times asked for, each the nearest that was not given before.

    A file with at least as many frames as are asked for thus gives distinct, evenly spaced ones;
    where a file has fewer, the picture that a viewer would see is given again.

    Args:
        location: A file, or the address of one.
        sample_interval_s: Time between the frames that are asked for.

    Raises:
        SourceError: It is missing, empty, or no video.
    """

    def __init__(self, location: Path | str, *, sample_interval_s: float) -> None:
        self._name = location if isinstance(location, str) else location.name
        self._reach_s = sample_interval_s / 2
        self._container = _open(location, self._name)
        try:
            self._stream = _video_stream(self._container, self._name)
            self._info = self._describe()
            self._frames = _Cursor(self._decode(), self._name)
        except BaseException:
            self._container.close()
            raise
        self._given: TimedFrame | None = None
        self._shown: tuple[TimedFrame, Image] | None = None  # saves converting one frame twice

    @property
    def info(self) -> SourceInfo:
        return self._info

    def read(self, time_s: float) -> Frame | None:
        self._frames.advance(time_s)
        if self._frames.is_past(time_s):
            return None
        chosen = self._choose(time_s)
        self._given = chosen
        return Frame(self._rgb(chosen), time_s, time.time())

    def glance(self, time_s: float) -> Image:
        self._frames.advance(time_s)
        return self._rgb(self._frames.current)

    def close(self) -> None:
        self._container.close()

    def _choose(self, time_s: float) -> TimedFrame:
        """The frame on screen at `time_s` or the one after it, whichever is nearer and new."""
        current, following = self._frames.current, self._frames.following
        is_given = self._given is not None and current.time_s <= self._given.time_s
        if following is None or following.time_s - time_s > self._reach_s:
            return current
        is_nearer = following.time_s - time_s < time_s - current.time_s
        return following if is_given or is_nearer else current

    def _rgb(self, frame: TimedFrame) -> Image:
        if self._shown is None or self._shown[0] is not frame:
            self._shown = (frame, frame.to_rgb())
        return self._shown[1]

    def _describe(self) -> SourceInfo:
        duration_s = _declared_s(self._container, self._stream)
        return SourceInfo(self._name, is_live=False, is_endless=False, duration_s=duration_s)

    def _decode(self) -> Iterator[TimedFrame]:
        """Frames in the order of their times, which start at 0.

        Raises:
            SourceError: The file is damaged or cut off.
        """
        clock = _FrameClock(self._stream)
        try:
            for picture in self._container.decode(self._stream):
                frame = clock.timed(picture)
                if frame is not None:
                    yield frame
        except (FFmpegError, OSError) as error:
            raise SourceError(
                f"{self._name} is damaged after {clock.end_s:.1f} s and cannot be read further."
            ) from error
        self._check_complete(clock)

    def _check_complete(self, clock: _FrameClock) -> None:
        declared_s = self._info.duration_s
        if declared_s is None:
            return
        # Some containers count the time before the first picture, too.
        missing_s = declared_s - clock.end_s - max(0.0, clock.origin_s)
        if missing_s > max(MISSING_S, MISSING_PART * declared_s):
            raise SourceError(
                f"{self._name} breaks off after {clock.end_s:.1f} s of {declared_s:.1f} s; "
                "the file is cut off, copy it again."
            )


class _FrameClock:
    """Gives frames their times: from 0, growing, also where the container forgot one.

    Attributes:
        origin_s: The container's own time of the first frame.
        end_s: When the newest frame leaves the screen.
    """

    def __init__(self, stream: VideoStream) -> None:
        rate = stream.average_rate or stream.guessed_rate
        self._frame_s = float(1 / rate) if rate else FALLBACK_FRAME_S
        self._newest_s = -math.inf
        self.origin_s = 0.0
        self.end_s = 0.0

    def timed(self, picture: VideoFrame) -> TimedFrame | None:
        """`picture` with its time; None for one that comes too late to be shown."""
        time_s = self.end_s
        if picture.pts is not None:
            if self._newest_s < 0:
                self.origin_s = picture.time
            time_s = picture.time - self.origin_s
        if time_s <= self._newest_s:
            return None
        self._newest_s = time_s
        self.end_s = time_s + self._duration_s(picture)
        return TimedFrame(time_s, self.end_s, picture)

    def _duration_s(self, picture: VideoFrame) -> float:
        return float((picture.duration or 0) * (picture.time_base or 0)) or self._frame_s


class _Cursor:
    """A place in a stream of frames: the one shown now and the one after it.

    Attributes:
        current: On screen at the time last asked for.
        following: The next one, None at the end.
    """

    def __init__(self, frames: Iterator[TimedFrame], name: str) -> None:
        self._frames = frames
        first = next(frames, None)
        if first is None:
            raise SourceError(f"{name} holds no picture; choose another file.")
        self.current = first
        self.following = next(frames, None)

    def advance(self, time_s: float) -> None:
        """Go on until `current` is what is shown at `time_s`."""
        while self.following is not None and self.following.time_s <= time_s:
            self.current = self.following
            self.following = next(self._frames, None)

    def is_past(self, time_s: float) -> bool:
        """Whether nothing is shown any more at `time_s`."""
        return self.following is None and time_s > self.current.end_s - ROUNDING_S


def _open(location: Path | str, name: str) -> InputContainer:
    """The opened container.

    Raises:
        SourceError: There is none, or nothing in it that can be played.
    """
    if not isinstance(location, str):
        _check_file(location)
        location = str(location.resolve())  # a name with a colon would be taken for a protocol
    try:
        container = av.open(location, timeout=NETWORK_TIMEOUT_S)
    except (FFmpegError, OSError) as error:
        raise SourceError(
            f"{name} cannot be played: it is damaged, cut off, or no video file."
        ) from error
    if container.format.name == "tty":  # FFmpeg draws any text file as a picture
        container.close()
        raise SourceError(f"{name} is a text file; choose a video file.")
    return container


def _check_file(path: Path) -> None:
    if path.is_dir():
        raise SourceError(f"{path} is a folder; choose a video file.")
    if not path.exists():
        raise SourceError(f"There is no file {path}; check the name.")
    if path.stat().st_size == 0:
        raise SourceError(f"{path.name} is empty (0 bytes); copy or record it again.")


def _video_stream(container: InputContainer, name: str) -> VideoStream:
    if not container.streams.video:
        raise SourceError(f"{name} holds no video, only sound or data; choose another file.")
    stream = container.streams.video[0]
    stream.thread_type = "AUTO"
    return stream


def _declared_s(container: InputContainer, stream: VideoStream) -> float | None:
    """The length that the file claims for its pictures, None where it does not tell."""
    if stream.duration and stream.time_base:
        return float(stream.duration * stream.time_base)
    noted = _MATROSKA_DURATION.fullmatch(stream.metadata.get("DURATION", ""))
    if noted:
        hours, minutes, seconds = noted.groups()
        return int(hours) * 3600 + int(minutes) * 60 + float(seconds)
    has_only_video = len(container.streams) == 1
    return container.duration / av.time_base if container.duration and has_only_video else None
