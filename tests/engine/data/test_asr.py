"""Transcripts: WhisperX and faster-whisper, words without times, malformed segments."""

from __future__ import annotations

import itertools
import json
import math
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.data.asr import Transcript, TranscriptReader
from engine.data.samples import Word
from engine.data.transcribe import Transcriber
from engine.errors import DataError

if TYPE_CHECKING:
    from pathlib import Path

WHISPERX = {
    "segments": [
        {
            "start": 0.5, "end": 3.0, "text": " Unit 1. begins",
            "words": [
                {"word": "Unit", "start": 0.5, "end": 1.0, "score": 0.76},
                {"word": "1."},
                {"word": "begins", "start": 2.0, "end": 3.0, "score": 0.8, "speaker": "A"},
            ],
        },
        {"start": 4.0, "end": 6.0, "text": "2 0", "words": [{"word": "2"}, {"word": "0"}]},
    ],
    "word_segments": [],
    "language": "en",
}  # fmt: skip
FASTER_WHISPER = [
    {
        "id": 1, "seek": 0, "start": 0.0, "end": 1.2, "text": " Hello there.", "tokens": [1, 2],
        "words": [
            {"start": 0.0, "end": 0.5, "word": " Hello", "probability": 0.9},
            {"start": 0.5, "end": 1.2, "word": " there.", "probability": 0.9},
            {"start": 1.2, "end": 1.2, "word": " ", "probability": 0.1},
        ],
    },
    {"id": 2, "start": 2.0, "end": 4.0, "text": " No alignment", "words": None},
]  # fmt: skip


def write(path: Path, value: object) -> Path:
    path.write_text(json.dumps(value), encoding="utf-8")
    return path


def test_whisperx_words_without_times_get_them_from_their_neighbours(tmp_path: Path) -> None:
    transcript = TranscriptReader().read(write(tmp_path / "a.json", WHISPERX))
    assert transcript.words == (
        Word(0.5, 1.0, "Unit"), Word(1.0, 2.0, "1."), Word(2.0, 3.0, "begins"),
        Word(4.0, 5.0, "2"), Word(5.0, 6.0, "0"),
    )  # fmt: skip
    assert transcript.num_interpolated == 3


def test_words_without_times_are_named_if_they_may_not_be_interpolated(tmp_path: Path) -> None:
    path = write(tmp_path / "a.json", WHISPERX)
    with pytest.raises(DataError, match=r"a\.json, segment 1: no times for \['1\.'\]"):
        TranscriptReader(untimed="stop").read(path)


def test_faster_whisper_segments_with_and_without_words(tmp_path: Path) -> None:
    transcript = TranscriptReader().read(write(tmp_path / "a.json", FASTER_WHISPER))
    assert transcript.words == (
        Word(0.0, 0.5, "Hello"), Word(0.5, 1.2, "there."),
        Word(2, 3, "No"), Word(3, 4, "alignment"),
    )  # fmt: skip


@st.composite
def heard_segments(draw: st.DrawFn) -> dict[str, object]:
    """One segment whose words follow each other; some lose their times, as NaN, null or nothing."""
    borders = sorted(draw(st.lists(st.floats(0, 100), min_size=2, max_size=20)))
    words: list[dict[str, object]] = []
    for i, (start, end) in enumerate(itertools.pairwise(borders)):
        word: dict[str, object] = {"word": f"w{i}", "start": start, "end": end}
        match draw(st.sampled_from(["timed", "timed", "nan", "null", "missing", "half"])):
            case "nan":
                word["start"] = math.nan
            case "null":
                word["end"] = None
            case "missing":
                word = {"word": f"w{i}"}
            case "half":
                del word["end"]
            case _:
                pass
        words.append(word)
    return {"start": borders[0], "end": borders[-1], "text": "", "words": words}


@given(heard_segments())
def test_interpolated_words_keep_order_and_stay_between_their_neighbours(
    tmp_path_factory: pytest.TempPathFactory, segment: dict[str, object]
) -> None:
    path = write(tmp_path_factory.mktemp("asr") / "a.json", {"segments": [segment]})
    words = TranscriptReader().read(path).words
    assert [word.word for word in words] == [f"w{i}" for i in range(len(words))]
    assert words[0].start_s >= segment["start"]
    assert words[-1].end_s <= segment["end"]
    for earlier, later in itertools.pairwise(words):
        assert earlier.start_s <= earlier.end_s <= later.start_s <= later.end_s


@pytest.mark.parametrize(
    ("segment", "fault"),
    [
        (5, "must be an object"),
        ({"start": 0, "end": 1}, "neither words nor text"),
        ({"start": 0, "text": "a b"}, "need the segment's end"),
        ({"start": 0, "end": "1", "text": "a b"}, "end must be a finite number"),
        ({"words": ["a"]}, "a word must be an object"),
        ({"words": [{"start": 0, "end": 1}]}, "must be a text"),
        ({"words": [{"word": "a", "start": 2, "end": 1}]}, "ends at 1, before it starts"),
        ({"words": [{"word": "a", "start": True, "end": 1}]}, "start must be a finite number"),
        ({"words": [{"word": "a", "start": 0, "end": 10**400}]}, "end must be a finite number"),
        ({"words": [{"word": "\ud800", "start": 0, "end": 1}]}, "half a character"),
        ({"start": 0, "end": 1, "text": "\ud800"}, "half a character"),
    ],
)
def test_a_malformed_segment_is_named_and_fatal_or_left_out(
    tmp_path: Path, segment: object, fault: str
) -> None:
    path = write(tmp_path / "a.json", {"segments": [FASTER_WHISPER[0], segment, FASTER_WHISPER[1]]})
    with pytest.raises(DataError, match=rf"a\.json, segment 2: .*{fault}"):
        TranscriptReader().read(path)
    faults: list[DataError] = []
    words = TranscriptReader(on_malformed="skip", report=faults.append).read(path).words
    assert (len(words), len(faults)) == (4, 1)


@pytest.mark.parametrize("content", ["{", '{"text": "Hello"}', '"Hello"', "", "[" * 100_000])
def test_a_file_that_is_no_transcript_is_named(tmp_path: Path, content: str) -> None:
    path = tmp_path / "a.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(DataError, match=r"a\.json"):
        TranscriptReader(on_malformed="skip").read(path)


def test_words_are_fitted_into_the_video() -> None:
    transcript = Transcript((Word(8, 9, "in"), Word(9, 10.2, "late"), Word(10.5, 11, "after")))
    faults: list[DataError] = []
    fitted = TranscriptReader(on_malformed="skip", report=faults.append).fit(
        transcript, 10, "a.mp4"
    )
    assert fitted.words == (Word(8, 9, "in"), Word(9, 10, "late"))
    assert "a.mp4: the word 'after' at 10.5 s lies outside" in str(faults[0])
    with pytest.raises(DataError, match="'after'"):
        TranscriptReader().fit(transcript, 10, "a.mp4")


# The documented part of faster-whisper's interface, which is an optional extra.
RECOGNISER = """
from dataclasses import dataclass
@dataclass
class Word:
    start: float
    end: float
    word: str
    probability: float
@dataclass
class Segment:
    start: float
    end: float
    text: str
    words: list[Word] | None
class WhisperModel:
    def __init__(self, model_size_or_path, device="auto", **rest):
        if model_size_or_path == "none":
            raise ValueError("Invalid model size 'none'")
    def transcribe(self, audio, language=None, word_timestamps=False, vad_filter=False, **rest):
        assert word_timestamps and language == "en"
        words = [Word(0.0, 0.5, " Hello", 0.9), Word(0.5, 1.0, " there.", 0.8)]
        return iter([Segment(0.0, 1.0, " Hello there.", words)]), None
"""


def test_the_recogniser_writes_a_transcript_that_reads_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "faster_whisper.py").write_text(RECOGNISER, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    transcript = tmp_path / "a.json"
    Transcriber("tiny").write_transcript(tmp_path / "a.mp4", transcript, "en")
    words = TranscriptReader(untimed="stop").read(transcript).words
    assert words == (Word(0.0, 0.5, "Hello"), Word(0.5, 1.0, "there."))
    with pytest.raises(DataError, match="cannot load the Whisper model 'none'"):
        Transcriber("none")
    del sys.modules["faster_whisper"]
