"""Overlapped training clips, cut from a full stream of timed words.

A full stream is a `Sample` that spans a whole video: its `previous` is the introduction, its
`text` the instruction, its `text_stream` every word. `cut_clips` turns it into the clips that the
trainer reads::

    stream = Sample("match.mp4", 0.0, 600.0, instruction, introduction, words)
    write_samples(Path("train.jsonl"), cut_clips(stream))

A clip lasts W seconds and begins W - O seconds after the one before. A word belongs to the second
in which it *ends*, and an end on the border of two seconds belongs to the earlier one, so that a
clip owns the words whose ends lie in the range (start, end].

Source: StreamingVLM (arXiv:2510.09608), the training part of its method section.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.data.samples import Sample
from engine.data.turns import CHUNK_S, TIME_TOLERANCE_S
from engine.errors import ConfigError, DataError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from engine.data.samples import Word

WORDS_PER_SECOND = 2

# The trainer refuses a clip that does not hold a whole chunk.
SHORTEST_CLIP_S = CHUNK_S


@dataclass(frozen=True, slots=True)
class ClipOptions:
    """How a stream is cut.

    Attributes:
        clip_s: Length of a clip, W; only the last clip of a stream may be shorter.
        clip_overlap_s: What neighbouring clips share, O.
        min_words: Clips with fewer words are left out; None asks for two per second of `clip_s`.
        previous_words: How many words the previous text keeps at its head and at its tail. The
            trainer keeps no more than its sink and its window, which are counted in tokens, so
            words beyond both would only make the file grow with the square of the video's length.

    Raises:
        ConfigError: A value is out of its range.
    """

    clip_s: float = 24.0
    clip_overlap_s: float = 12.0
    min_words: int | None = None
    previous_words: int = 1024

    def __post_init__(self) -> None:
        if not (math.isfinite(self.clip_s) and self.clip_s > 0):
            raise ConfigError(f"clip_s must be positive, it is {self.clip_s}")
        if not 0 <= self.clip_overlap_s < self.clip_s:
            raise ConfigError(
                f"clip_overlap_s must be at least 0 and less than clip_s ({self.clip_s:g}), "
                f"it is {self.clip_overlap_s:g}"
            )
        if self.min_words is not None and self.min_words < 0:
            raise ConfigError(f"min_words must be 0 or more, it is {self.min_words}")
        if self.previous_words < 0:
            raise ConfigError(f"previous_words must be 0 or more, it is {self.previous_words}")

    @property
    def step_s(self) -> float:
        """From the begin of one clip to the begin of the next."""
        return self.clip_s - self.clip_overlap_s

    @property
    def required_words(self) -> int:
        """Words that a clip must have to be worth training on."""
        return (
            math.ceil(WORDS_PER_SECOND * self.clip_s) if self.min_words is None else self.min_words
        )

    def has_enough_words(self, clip: Sample) -> bool:
        """Whether a clip is worth training on."""
        return len(clip.text_stream) >= self.required_words


def cut_clips(stream: Sample, options: ClipOptions | None = None) -> Iterator[Sample]:
    """Yield the overlapped clips of a stream that have enough words, in order.

    Raises:
        DataError: A word or a question lies outside the stream.
    """
    options = options or ClipOptions()
    for clip in all_clips(stream, options):
        if options.has_enough_words(clip):
            yield clip


def all_clips(stream: Sample, options: ClipOptions) -> Iterator[Sample]:
    """Yield every clip of a stream, however few words it has.

    Together they cover the stream and all its words, but for a rest at its end that is too short
    to train on. Clips begin whole steps after the stream; the last one ends with it.

    Raises:
        DataError: A word or a question lies outside the stream.
    """
    cutter = StreamCutter(stream, options.previous_words)
    for start_s, end_s in clip_ranges(stream.video_start, stream.video_end, options):
        yield cutter.cut(start_s, end_s)


def clip_ranges(
    start_s: float, end_s: float, options: ClipOptions
) -> Iterator[tuple[float, float]]:
    """Yield begin and end of each clip; none lies wholly inside the one before.

    A last clip shorter than `SHORTEST_CLIP_S` is left out, unless all clips are to be that short.
    """
    shortest_s = min(SHORTEST_CLIP_S, options.clip_s) - TIME_TOLERANCE_S
    index = 0
    while True:
        clip_start = start_s + index * options.step_s
        clip_end = min(clip_start + options.clip_s, end_s)
        if clip_end - clip_start >= shortest_s:
            yield clip_start, clip_end
        if clip_end >= end_s:
            return
        index += 1


class StreamCutter:
    """Cuts any ranges out of one stream, each with the words before it as its previous text.

    Args:
        stream: The whole stream.
        previous_words: How many words the previous text keeps at its head and at its tail.

    Raises:
        DataError: A word or a question lies outside the stream.
    """

    def __init__(self, stream: Sample, previous_words: int) -> None:
        check_inside(stream)
        self._stream = stream
        self._previous_words = previous_words
        self._words = sorted(stream.text_stream, key=lambda word: word.end_s)
        self._word_ends = [word.end_s for word in self._words]
        self._questions = sorted(stream.qa_stream, key=lambda question: question.asked_s)
        self._question_times = [question.asked_s for question in self._questions]

    def cut(self, start_s: float, end_s: float) -> Sample:
        """The clip of the range (start_s, end_s]; at the stream's begin its first instant too."""
        first, last = self._owned(self._word_ends, start_s, end_s)
        first_question, last_question = self._owned(self._question_times, start_s, end_s)
        return Sample(
            video=self._stream.video,
            video_start=start_s,
            video_end=end_s,
            text=self._stream.text,
            previous=self._previous_text(first),
            text_stream=tuple(self._words[first:last]),
            qa_stream=tuple(self._questions[first_question:last_question]),
        )

    def _owned(self, times: list[float], start_s: float, end_s: float) -> tuple[int, int]:
        """Half-open range of the indices whose times lie in (start_s, end_s]."""
        begins_stream = start_s <= self._stream.video_start
        first = 0 if begins_stream else bisect_right(times, start_s + TIME_TOLERANCE_S)
        return first, bisect_right(times, end_s + TIME_TOLERANCE_S)

    def _previous_text(self, num_words: int) -> str:
        """The introduction and the first `num_words` words, the middle left out if too long."""
        keep = self._previous_words
        if num_words <= 2 * keep:
            words = self._words[:num_words]
        else:
            words = self._words[:keep] + self._words[num_words - keep : num_words]
        return joined_text(self._stream.previous, words)


def joined_text(introduction: str, words: Sequence[Word]) -> str:
    """Text as the streaming cache would gather it: the introduction, then a space and each word.

    The space stays even when nothing precedes it, or the first word would be another token.
    """
    return "".join([introduction.rstrip(), *(f" {word.word}" for word in words)])


def check_inside(stream: Sample) -> None:
    """Refuse a stream that cannot be cut; words may begin before it: they count where they end.

    Raises:
        DataError: A word or a question lies outside the stream.
    """
    for word in stream.text_stream:
        if not stream.video_start <= word.end_s <= stream.video_end:
            raise DataError(
                f"the word {word.word!r} ends at {word.end_s:g} s, outside of {stream.video} "
                f"({stream.video_start:g} to {stream.video_end:g} s)"
            )
    for question in stream.qa_stream:
        if not stream.video_start <= question.asked_s <= stream.video_end:
            raise DataError(
                f"the question {question.question!r} is asked at {question.asked_s:g} s, outside "
                f"of {stream.video} ({stream.video_start:g} to {stream.video_end:g} s)"
            )
