"""Pictures of a source at any moment, also an earlier one: to look again at what was said.

Only sources that can be played again have them: files, videos on a server, the built-in match.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import av
from av.error import FFmpegError

from app.capture.container import (
    declared_length_s,
    open_container,
    rgb_of,
    video_stream,
)
from app.capture.specs import FileSpec, MatchSpec, SourceSpec, UrlSpec, public_address
from app.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from av.video.frame import VideoFrame

    from app.capture.base import Image

_PLAY_ON_S = 2.0  # to a moment this near, decoding on is quicker than seeking


class Moments(Protocol):
    """A source that can be looked at again; used by one thread only."""

    @property
    def length_s(self) -> float | None:
        """How long it is, where that is known."""
        ...

    def picture_at(self, time_s: float) -> Image:
        """What was seen at `time_s`, RGB; the last picture after the end.

        Raises:
            SourceError: The source is damaged there.
        """
        ...

    def close(self) -> None:
        """Give the source back."""
        ...


def open_moments(spec: SourceSpec) -> Moments:
    """The source, to be looked at again.

    Raises:
        SourceError: It was live, or is gone.
    """
    match spec:
        case FileSpec(path):
            return VideoMoments(path)
        case UrlSpec(url):
            return VideoMoments(url)
        case MatchSpec(seed):
            return MatchMoments(seed)
        case _:
            raise SourceError("This source was live and cannot be looked at again.")


class VideoMoments:
    """A video file, or one on a server.

    Raises:
        SourceError: It is missing, or no video.
    """

    def __init__(self, location: Path | str) -> None:
        self._name = public_address(location) if isinstance(location, str) else location.name
        self._container = open_container(location, self._name)
        try:
            self._stream = video_stream(self._container, self._name)
            self._frames = self._decoded()
            first = next(self._frames, None)
        except BaseException:
            self._container.close()
            raise
        if first is None:
            self._container.close()
            raise SourceError(f"{self._name} holds no picture; choose another file.")
        self._origin_s = first.time or 0.0
        self._current = first
        self._following: VideoFrame | None = first

    @property
    def length_s(self) -> float | None:
        return declared_length_s(self._container, self._stream)

    def picture_at(self, time_s: float) -> Image:
        now_s = self._time_of(self._current)
        if not now_s <= time_s <= now_s + _PLAY_ON_S:
            self._seek(time_s)
        while self._following is not None and self._time_of(self._following) <= time_s:
            self._current = self._following
            self._following = next(self._frames, None)
        return rgb_of(self._current)

    def close(self) -> None:
        self._container.close()

    def _seek(self, time_s: float) -> None:
        """Go to the key picture before `time_s`."""
        try:
            target_s = max(0.0, time_s) + self._origin_s
            self._container.seek(int(target_s * av.time_base), backward=True)
        except FFmpegError as error:
            raise SourceError(
                f"{self._name} can only be played from its start; it holds no index."
            ) from error
        self._frames = self._decoded()
        self._following = next(self._frames, None)
        self._current = self._following or self._current

    def _time_of(self, frame: VideoFrame) -> float:
        return (frame.time or 0.0) - self._origin_s

    def _decoded(self) -> Iterator[VideoFrame]:
        try:
            yield from self._container.decode(self._stream)
        except FFmpegError as error:
            raise SourceError(f"{self._name} is damaged and cannot be played there.") from error


class MatchMoments:
    """The built-in match; to go back it is played again from its start."""

    length_s = None

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._time_s = 0.0
        self._begin()

    def picture_at(self, time_s: float) -> Image:
        if time_s < self._time_s:
            self._begin()
        self._time_s = max(time_s, 0.0)
        return self._source.glance(self._time_s)

    def close(self) -> None:
        self._source.close()

    def _begin(self) -> None:
        from app.capture.match import MatchSource

        self._source = MatchSource(self._seed)
