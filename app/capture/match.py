"""The built-in match as a source: its pictures at the stream's own times."""

from __future__ import annotations

import time

from app.capture.base import Frame, Image, SourceInfo
from engine.match import MatchStream

# Three times the size that the bundled model sees, so that people see a clear picture.
_WIDTH, _HEIGHT = 504, 336


class MatchSource:
    """A football game that is played as it is asked for; it never ends."""

    def __init__(self, seed: int) -> None:
        self._stream = MatchStream(seed, width=_WIDTH, height=_HEIGHT)
        self._info = SourceInfo(
            label=f"match {seed}",
            is_live=False,
            is_endless=True,
            introduction=self._stream.introduction,
        )

    @property
    def info(self) -> SourceInfo:
        return self._info

    def read(self, time_s: float) -> Frame:
        return Frame(self._stream.frame_at(time_s), time_s, time.time())

    def glance(self, time_s: float) -> Image:
        return self._stream.frame_at(time_s)

    def close(self) -> None:
        """Nothing is held."""
