"""Sentences of a timed transcript: the unit in which a language model judges it."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.data.samples import Word

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

MAX_PAUSE_S = 2.0
MAX_WORDS = 60

_SENTENCE_END = re.compile(r"[.!?…。！？]['\"”’»)\]]*\Z")  # noqa: RUF001 (full-width marks are meant)


@dataclass(frozen=True, slots=True)
class Sentence:
    """Consecutive words, at least one."""

    words: tuple[Word, ...]

    @property
    def start_s(self) -> float:
        """Where the first word begins, seconds of the video."""
        return min(word.start_s for word in self.words)

    @property
    def end_s(self) -> float:
        """Where the last word ends, seconds of the video."""
        return max(word.end_s for word in self.words)

    @property
    def text(self) -> str:
        """The words on one line, with single spaces."""
        return " ".join(" ".join(word.word.split()) for word in self.words)


def split_sentences(
    words: Sequence[Word], max_pause_s: float = MAX_PAUSE_S, max_words: int = MAX_WORDS
) -> Iterator[Sentence]:
    """Cut a transcript after full stops, at long pauses, and where a sentence grows too long.

    The last two keep transcripts without punctuation in pieces that can be judged.
    """
    current: list[Word] = []
    for word in words:
        if current and _ends_before(current, word, max_pause_s, max_words):
            yield Sentence(tuple(current))
            current = []
        current.append(word)
    if current:
        yield Sentence(tuple(current))


def _ends_before(current: list[Word], word: Word, max_pause_s: float, max_words: int) -> bool:
    last = current[-1]
    return (
        len(current) >= max_words
        or word.start_s - last.end_s > max_pause_s
        or _SENTENCE_END.search(last.word) is not None
    )


def spread_evenly(words: Sequence[str], start_s: float, end_s: float) -> tuple[Word, ...]:
    """Give each word the same share of a duration; the last ends exactly at `end_s`.

    Source: StreamingVLM (arXiv:2510.09608), data: how an edited sentence gets its times.
    """
    borders = [start_s + (end_s - start_s) * i / len(words) for i in range(len(words))]
    borders.append(end_s)
    return tuple(
        Word(borders[i], max(borders[i], borders[i + 1]), word) for i, word in enumerate(words)
    )


def numbered(sentences: Iterable[Sentence]) -> str:
    """The sentences as a list for a model to refer to, numbered from 1."""
    return "\n".join(f"{i}. {sentence.text}" for i, sentence in enumerate(sentences, start=1))


def piece_index(sentence: Sentence, start_s: float, piece_s: float) -> int:
    """Which piece of a transcript a sentence belongs to: the one in which it begins."""
    return max(0, math.floor((sentence.start_s - start_s) / piece_s))
