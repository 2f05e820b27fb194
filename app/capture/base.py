"""What every source of pictures offers, and the values that travel from it to the engine.

Images are uint8 RGB arrays of shape (height, width, 3). Times named `time_s` are seconds from the
start of the stream; `captured_at` is Unix time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One picture, where it stands in the stream, and when it was taken."""

    image: Image
    time_s: float
    captured_at: float


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
