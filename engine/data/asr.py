"""Speech recognition's output as timed words: WhisperX, faster-whisper and programs like them.

Read is JSON with `segments` (or a bare list of them), each with `start`, `end`, `text` and, where
words were aligned, `words` of `word`, `start`, `end`. Aligners leave words without times, numbers
above all; these are spread evenly between their neighbours, or named, as the caller chose.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple, cast

from engine.data.samples import Sample, Word
from engine.data.sentences import spread_evenly
from engine.data.values import finite_number, parsed_json, writable_text
from engine.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from engine.data.samples import OnMalformed

Untimed = Literal["interpolate", "stop"]


@dataclass(frozen=True, slots=True)
class Transcript:
    """Words of a whole video in the order of their ends.

    Attributes:
        words: The words, seconds of the video.
        num_interpolated: How many of them had no times of their own.
    """

    words: tuple[Word, ...]
    num_interpolated: int = 0


class _Heard(NamedTuple):
    """A recognised word; both times or neither."""

    word: str
    times: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class TranscriptReader:
    """How transcripts are read.

    Attributes:
        untimed: Whether words without times get some from their neighbours, or are an error.
        on_malformed: Whether a malformed segment ends the reading or is left out.
        report: Called with the error of each segment or word left out.
    """

    untimed: Untimed = "interpolate"
    on_malformed: OnMalformed = "fail"
    report: Callable[[DataError], None] | None = None

    def read(self, path: Path) -> Transcript:
        """Read one transcript.

        Raises:
            DataError: The file is no transcript, or a segment is malformed and fatal; names file
                and segment.
        """
        words: list[Word] = []
        num_interpolated = 0
        for number, segment in enumerate(_segments(path), start=1):
            try:
                segment_words, num_untimed = self._words_of(segment)
                words.extend(segment_words)
                num_interpolated += num_untimed
            except DataError as error:
                self._refuse(DataError(f"{path}, segment {number}: {error}"))
        return Transcript(tuple(sorted(words, key=lambda word: word.end_s)), num_interpolated)

    def fit(self, transcript: Transcript, duration_s: float, name: str) -> Transcript:
        """Fit the words into a video: recognition puts some last ends shortly after it.

        Words that begin after the video are malformed; ends after it are set to it.

        Raises:
            DataError: A word begins after the video, and that is fatal.
        """
        words: list[Word] = []
        for word in transcript.words:
            if word.start_s >= duration_s or word.end_s < 0:
                self._refuse(
                    DataError(
                        f"{name}: the word {word.word!r} at {word.start_s:g} s lies outside of the "
                        f"video, which lasts {duration_s:g} s"
                    )
                )
            else:
                words.append(word._replace(end_s=min(word.end_s, duration_s)))
        return Transcript(tuple(words), transcript.num_interpolated)

    def _words_of(self, segment: object) -> tuple[list[Word], int]:
        """Words of a segment and how many had no times."""
        heard = _heard_words(segment)
        untimed = [item.word for item in heard if item.times is None]
        if untimed and self.untimed == "stop":
            raise DataError(f"no times for {untimed}; they can be interpolated")
        return _with_times(heard, segment), len(untimed)

    def _refuse(self, error: DataError) -> None:
        if self.on_malformed == "fail":
            raise error
        if self.report is not None:
            self.report(error)


def full_stream(
    video: str, duration_s: float, words: Sequence[Word], introduction: str = "", text: str = ""
) -> Sample:
    """A whole video as one sample, to be cleaned and cut."""
    return Sample(video, 0.0, duration_s, text, introduction, tuple(words))


def _segments(path: Path) -> list[object]:
    try:
        value = parsed_json(path.read_bytes())
    except OSError as error:
        raise DataError(f"cannot read the transcript {path}: {error.strerror}") from error
    except DataError as error:
        raise DataError(f"{path} is {error}") from error
    if isinstance(value, dict):
        value = cast("dict[str, object]", value).get("segments")
    if not isinstance(value, list):
        raise DataError(f"{path} has no list of segments; is it a transcript of WhisperX?")
    return cast("list[object]", value)


def _heard_words(segment: object) -> list[_Heard]:
    """The words of a segment; without alignment its text is all there is."""
    if not isinstance(segment, dict):
        raise DataError(f"a segment must be an object, it is {segment!r:.60}")
    fields = cast("dict[str, object]", segment)
    aligned = fields.get("words")
    if isinstance(aligned, list) and aligned:
        heard = [_heard(item) for item in cast("list[object]", aligned)]
        return [item for item in heard if item.word]
    text = fields.get("text")
    if not isinstance(text, str):
        raise DataError("the segment has neither words nor text")
    return [_Heard(word, None) for word in writable_text(text, "the segment's text").split()]


def _heard(item: object) -> _Heard:
    if not isinstance(item, dict):
        raise DataError(f"a word must be an object, it is {item!r:.60}")
    fields = cast("dict[str, object]", item)
    word = writable_text(fields.get("word"), "the text of a word").strip()
    start, end = _time(fields, "start"), _time(fields, "end")
    if start is None or end is None:
        return _Heard(word, None)
    if end < start:
        raise DataError(f"the word {word!r} ends at {end:g}, before it starts")
    return _Heard(word, (start, end))


def _time(fields: dict[str, object], name: str) -> float | None:
    """A time of the recogniser; some write NaN for one they do not know."""
    value = fields.get(name)
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return None
    return finite_number(value, name)


def _with_times(heard: list[_Heard], segment: object) -> list[Word]:
    """Give words without times an even share of the room between their neighbours."""
    words: list[Word] = []
    first = 0
    while first < len(heard):
        times = heard[first].times
        if times is not None:
            words.append(Word(*times, heard[first].word))
            first += 1
            continue
        last = first
        while last < len(heard) and heard[last].times is None:
            last += 1
        start_s = words[-1].end_s if words else _edge(segment, "start")
        following = heard[last].times if last < len(heard) else None
        end_s = _edge(segment, "end") if following is None else following[0]
        untimed = [item.word for item in heard[first:last]]
        words.extend(spread_evenly(untimed, start_s, max(start_s, end_s)))
        first = last
    return words


def _edge(segment: object, name: str) -> float:
    time = _time(cast("dict[str, object]", segment), name)
    if time is None:
        raise DataError(f"words without times need the segment's {name}, which is missing")
    return time
