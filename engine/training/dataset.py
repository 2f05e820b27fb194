"""Map-style data sets of clips: from sample files and their videos, or from any generator."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
from torch.utils.data import Dataset

from engine.data.frames import read_chunks
from engine.data.turns import Turn, turns_of
from engine.errors import DataError, FrameError
from engine.training.clip import Clip
from engine.training.encode import IGNORED, ClipEncoder, EncodedClip

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from engine.data.samples import OnMalformed, Sample

logger = logging.getLogger(__name__)

_SMALLEST_PICTURE_PX = 56


class Samples(Protocol):
    """Samples by index, such as a `SampleFile`."""

    def __len__(self) -> int: ...

    def __getitem__(self, index: int, /) -> Sample: ...


class Clips(Protocol):
    """Clips by index: a list will do, or an object that makes clip `index` when it is asked for.

    The same index must always give the same clip, or a resumed run differs from one that was
    never interrupted.
    """

    def __len__(self) -> int: ...

    def __getitem__(self, index: int, /) -> Clip: ...


@dataclass(frozen=True, slots=True)
class SampleClips:
    """The clips of samples, their pictures read from the videos that these name.

    Attributes:
        samples: What the clips are.
        video_folder: Where relative paths of videos begin.
        sample_fps: Frames per second that a clip is sampled at.
        chunk_s: Length of a chunk.
    """

    samples: Samples
    video_folder: Path
    sample_fps: float = 2.0
    chunk_s: float = 1.0

    def __len__(self) -> int:
        return len(self.samples)

    def __getitem__(self, index: int) -> Clip:
        sample = self.samples[index]
        turns = turns_of(sample, self.chunk_s)
        return Clip(
            turns=turns,
            pictures=self._pictures(sample, len(turns)),
            start_s=sample.video_start,
            chunk_s=self.chunk_s,
            previous_text=sample.previous,
            instruction=sample.text,
        )

    def _pictures(self, sample: Sample, num_chunks: int) -> Iterator[NDArray[np.uint8]]:
        """The frames of each chunk, read as they are asked for."""
        path = self.video_folder / sample.video
        return read_chunks(
            path, sample.video_start, num_chunks, chunk_s=self.chunk_s, fps=self.sample_fps
        )


class EncodedClips(Dataset[EncodedClip]):
    """Clips, encoded when they are asked for, in the data loader's processes.

    With `on_unreadable="skip"` a clip whose video cannot be read is named in the log and takes
    part with a black picture and no loss: nothing else is trained on in its place.
    """

    def __init__(
        self, clips: Clips, encoder: ClipEncoder, on_unreadable: OnMalformed = "fail"
    ) -> None:
        super().__init__()
        self._clips = clips
        self._encoder = encoder
        self._on_unreadable = on_unreadable

    def __len__(self) -> int:
        return len(self._clips)

    def __getitem__(self, index: int) -> EncodedClip:
        try:
            return self._encoder(self._clips[index])
        except (DataError, FrameError) as error:
            if self._on_unreadable == "fail":
                raise
            logger.warning("clip %d has no part in the training: %s", index, error)
            return self._without_loss()

    def _without_loss(self) -> EncodedClip:
        """The smallest clip, from which nothing is learnt."""
        black = np.zeros((2, _SMALLEST_PICTURE_PX, _SMALLEST_PICTURE_PX, 3), np.uint8)
        clip = self._encoder(Clip(turns=(Turn(),), pictures=[black]))
        clip.labels.fill(IGNORED)
        return clip
