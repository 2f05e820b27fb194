"""What every source of pictures offers, and the values that travel from it to the engine.

Images are uint8 RGB arrays of shape (height, width, 3). Times named `time_s` are seconds from the
start of the stream; `captured_at` is Unix time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Callable

Image = NDArray[np.uint8]


class Frame:
    """One picture, where it stands in the stream, and when it was taken.

    Args:
        picture: The picture, or what makes it: called when the image is first looked at, by any
            thread, so that a frame that is dropped is never converted.
        time_s: Seconds from the start of the stream.
        captured_at: Unix time.
    """

    __slots__ = ("_picture", "captured_at", "time_s")

    def __init__(
        self, picture: Image | Callable[[], Image], time_s: float, captured_at: float
    ) -> None:
        self._picture = picture
        self.time_s = time_s
        self.captured_at = captured_at

    @property
    def image(self) -> Image:
        """The pixels; read them, never write them."""
        picture = self._picture
        if callable(picture):
            # Two threads that come at once make two equal pictures; a lock would cost more.
            picture = self._picture = picture()
        return picture


@dataclass(frozen=True, slots=True, eq=False)
class Chunk:
    """The pictures of one time slice of the stream: the input of one round.

    Attributes:
        frames: uint8 RGB, (F, height, width, 3).
        captured_at: Unix time of the newest of the frames.
    """

    start_s: float
    end_s: float
    frames: Image
    captured_at: float


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """What is known of an opened source.

    Attributes:
        label: A short name for people, such as "webcam 0".
        is_live: The world does not wait: late chunks are dropped.
        is_endless: It only ends when it is stopped or breaks.
        duration_s: Length of a file where its container tells.
        introduction: Text that the stream brings along, given to the model as previous text.
    """

    label: str
    is_live: bool
    is_endless: bool
    duration_s: float | None = None
    introduction: str = ""


class Source(Protocol):
    """A stream of pictures that is asked for the picture of a time; the times never go back.

    A source is used by one thread only.
    """

    @property
    def info(self) -> SourceInfo:
        """What is known of it."""
        ...

    def read(self, time_s: float) -> Frame | None:
        """The picture for the model at `time_s`, None at the end of the stream.

        Raises:
            SourceError: The source broke off.
        """
        ...

    def glance(self, time_s: float) -> Image | None:
        """The picture that a person would see at `time_s`, for the preview; may be None."""
        ...

    def close(self) -> None:
        """Give back the device or file. May be called again."""
        ...
