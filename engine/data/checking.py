"""Looks for faults in sample files before hours of training depend on them."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.data.frames import video_duration_s
from engine.data.samples import read_offsets, read_samples, sample_at, seeks_path
from engine.data.turns import turns_of
from engine.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from engine.data.samples import Sample

SECONDS_PER_HOUR = 3600
DURATION_TOLERANCE_S = 0.5  # containers round; the last frame is shown for a while, too


@dataclass(slots=True)
class Summary:
    """What a sample file holds."""

    num_samples: int = 0
    num_words: int = 0
    num_questions: int = 0
    duration_s: float = 0.0

    def add(self, sample: Sample) -> None:
        """Count a sample."""
        self.num_samples += 1
        self.num_words += len(sample.text_stream)
        self.num_questions += len(sample.qa_stream)
        self.duration_s += sample.duration_s

    def describe(self) -> str:
        """The counts for people."""
        rate = self.num_words / self.duration_s if self.duration_s else 0.0
        return (
            f"{self.num_samples:,} samples, {self.duration_s / SECONDS_PER_HOUR:.2f} h, "
            f"{self.num_words:,} words ({rate:.2f} per second), {self.num_questions:,} questions"
        )


class Checker:
    """Checks samples and the videos that they name.

    Args:
        video_root: Folder that relative paths of videos start from; None checks no videos.
    """

    def __init__(self, video_root: Path | None = None) -> None:
        self._video_root = video_root
        self._durations: dict[str, float | DataError] = {}

    def check_file(self, path: Path, report: Callable[[str], None]) -> Summary:
        """Report every fault of a file.

        Raises:
            DataError: The file cannot be read at all.
        """
        summary = Summary()
        samples = read_samples(path, "skip", lambda error: report(str(error)))
        for number, sample in enumerate(samples, start=1):
            summary.add(sample)
            for fault in itertools.chain(faults_of(sample), self._video_faults(sample)):
                place = f"{sample.video}, {sample.video_start:g} to {sample.video_end:g} s"
                report(f"{path}, sample {number} ({place}): {fault}")
        for fault in _offset_faults(path, summary.num_samples):
            report(fault)
        return summary

    def _video_faults(self, sample: Sample) -> Iterator[str]:
        if self._video_root is None:
            return
        duration = self._duration(self._video_root, sample.video)
        if isinstance(duration, DataError):
            yield str(duration)
        elif sample.video_end > duration + DURATION_TOLERANCE_S:
            yield f"the video lasts only {duration:g} s"

    def _duration(self, root: Path, video: str) -> float | DataError:
        """Length of a video, or why it has none; each is opened once."""
        if video not in self._durations:
            try:
                self._durations[video] = video_duration_s(root / video)
            except DataError as error:
                self._durations[video] = error
        return self._durations[video]


def faults_of(sample: Sample) -> Iterator[str]:
    """Yield what is wrong with a sample that has the right form."""
    outside = [
        word.word
        for word in sample.text_stream
        if not sample.video_start <= word.end_s <= sample.video_end
    ]
    if outside:
        yield f"{len(outside)} words end outside of it, the first is {outside[0]!r}"
    for earlier, later in itertools.pairwise(sample.text_stream):
        if later.end_s < earlier.end_s:
            yield f"the words are not in order: {later.word!r} ends before {earlier.word!r}"
            break
    for question in sample.qa_stream:
        if not sample.video_start <= question.asked_s <= sample.video_end:
            yield f"the question {question.question!r} is asked outside of it"
    try:
        turns_of(sample)
    except DataError as error:  # the trainer would end with the same words
        yield str(error)


def _offset_faults(path: Path, num_samples: int) -> Iterator[str]:
    """Yield where the offsets file, if there is one, leads to other lines than the samples."""
    if not seeks_path(path).is_file():
        return
    try:
        offsets = read_offsets(path)
        if len(offsets) != num_samples:
            yield f"{seeks_path(path)} lists {len(offsets)} samples, {path} holds {num_samples}"
            return
        for index, sample in enumerate(read_samples(path, "skip")):
            if sample_at(path, offsets[index]) != sample:
                yield f"{seeks_path(path)}: offset {index + 1} leads to another sample"
    except DataError as error:
        yield str(error)
