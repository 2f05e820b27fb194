"""A video file (PyAV): exact timestamps, variable frame rate, any container."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from app.capture.base import Frame, Image, SourceInfo
from app.capture.container import (
    TimedFrame,
    declared_length_s,
    open_container,
    timed_frames,
    video_stream,
)
from app.capture.specs import public_address
from app.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ROUNDING_S = 0.002  # containers round times to a millisecond


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
        self._name = public_address(location) if isinstance(location, str) else location.name
        self._reach_s = sample_interval_s / 2
        self._container = open_container(location, self._name)
        try:
            stream = video_stream(self._container, self._name)
            self._frames = _Cursor(timed_frames(self._container, stream, self._name), self._name)
        except BaseException:
            self._container.close()
            raise
        self._info = SourceInfo(
            self._name,
            is_live=False,
            is_endless=False,
            duration_s=declared_length_s(self._container, stream),
        )
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
        return Frame(chosen.to_rgb, time_s, time.time())

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
