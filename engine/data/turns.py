"""A sample's words and questions, chunk by chunk, as a model hears and says them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.errors import DataError

if TYPE_CHECKING:
    from engine.data.samples import Sample

# Sums of decimal fractions of a second miss a border by less than this.
TIME_TOLERANCE_S = 1e-6
CHUNK_S = 1.0  # of the trainer, unless it is told another


@dataclass(frozen=True, slots=True)
class Turn:
    """What is said in one chunk; nothing at all is a silent chunk.

    Attributes:
        words: The words that end in it.
        question: Put to the model in this chunk; empty for none.
        answer: Said before the words.
    """

    words: tuple[str, ...] = ()
    question: str = ""
    answer: str = ""

    @property
    def spoken(self) -> tuple[str, ...]:
        """Every word of the reply, the answer first."""
        return (*self.answer.split(), *self.words)


def turns_of(sample: Sample, chunk_s: float = CHUNK_S) -> tuple[Turn, ...]:
    """Sort the words and questions of a sample into the chunks in which they end.

    A chunk is the range (begin, end]; the first one has the clip's first instant, too, but for
    questions only, since a word that ends there was spoken before. What is left of the clip after
    its last whole chunk has no turn, and words that end outside of the turns are not used.

    Raises:
        DataError: The clip is shorter than one chunk, or two questions fall into one chunk.
    """
    count = math.floor((sample.duration_s + TIME_TOLERANCE_S) / chunk_s)
    if count == 0:
        raise DataError(f"a clip of {sample.duration_s:g} s holds no chunk of {chunk_s:g} s")
    words: list[list[str]] = [[] for _ in range(count)]
    for _, end_s, word in sample.text_stream:
        index = _chunk_of(end_s - sample.video_start, chunk_s)
        if 0 <= index < count:
            words[index].append(word)
    asked = _questions_of(sample, chunk_s)
    return tuple(
        Turn(tuple(spoken), *asked.get(index, ("", ""))) for index, spoken in enumerate(words)
    )


def _questions_of(sample: Sample, chunk_s: float) -> dict[int, tuple[str, str]]:
    asked: dict[int, tuple[str, str]] = {}
    for item in sample.qa_stream:
        offset_s = item.asked_s - sample.video_start
        # A question with which a stream begins has no earlier chunk that could hold it.
        at_start = abs(offset_s) <= TIME_TOLERANCE_S
        index = 0 if at_start else _chunk_of(offset_s, chunk_s)
        if index in asked:
            raise DataError(f"two questions at {item.asked_s:g} s; a chunk can hold only one")
        asked[index] = (item.question, item.answer)
    return asked


def _chunk_of(offset_s: float, chunk_s: float) -> int:
    """Index of the chunk whose range (begin, end] holds a time."""
    return math.ceil((offset_s - TIME_TOLERANCE_S) / chunk_s) - 1
