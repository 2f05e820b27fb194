"""Runs speech recognition where faster-whisper is installed (the optional extra `asr`)."""

from __future__ import annotations

import json
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

from engine.errors import DataError
from engine.extras import how_to_install

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


class _Word(Protocol):
    start: float
    end: float
    word: str


class _Segment(Protocol):
    start: float
    end: float
    text: str
    words: list[_Word] | None


class _Recogniser(Protocol):
    def transcribe(
        self, audio: str, *, language: str | None, word_timestamps: bool, vad_filter: bool
    ) -> tuple[Iterable[_Segment], object]: ...


class _MakeRecogniser(Protocol):
    def __call__(self, model_size_or_path: str, device: str) -> _Recogniser: ...


class Transcriber:
    """Recognises speech with word times; the model is loaded once.

    Args:
        model: Name or folder of a Whisper model, such as "large-v3-turbo".
        device: "auto", "cpu" or "cuda".

    Raises:
        DataError: faster-whisper is not installed, or cannot load the model.
    """

    def __init__(self, model: str, device: str = "auto") -> None:
        try:
            module = import_module("faster_whisper")
        except ImportError as error:
            raise DataError(
                f"recognising speech needs faster-whisper: {how_to_install('asr')}, or give "
                "transcripts made elsewhere"
            ) from error
        make = cast("_MakeRecogniser", module.WhisperModel)
        try:
            self._recogniser = make(model, device=device)
        except (OSError, RuntimeError, ValueError) as error:
            raise DataError(f"cannot load the Whisper model {model!r}: {error}") from error

    def write_transcript(self, media: Path, transcript: Path, language: str | None = None) -> None:
        """Recognise the speech of a video and write it as JSON, whole or not at all.

        Raises:
            DataError: The video's sound cannot be read, or the transcript cannot be written.
        """
        try:
            segments, _ = self._recogniser.transcribe(
                str(media), language=language, word_timestamps=True, vad_filter=True
            )
            content = {"segments": [_to_json(segment) for segment in segments]}
        except (OSError, RuntimeError, ValueError) as error:
            raise DataError(f"cannot recognise the speech of {media}: {error}") from error
        partial = transcript.with_name(transcript.name + ".partial")
        try:
            partial.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
            partial.replace(transcript)
        except OSError as error:
            raise DataError(f"cannot write {transcript}: {error.strerror}; make room") from error


def _to_json(segment: _Segment) -> dict[str, object]:
    words = [
        {"word": word.word, "start": word.start, "end": word.end} for word in segment.words or []
    ]
    return {"start": segment.start, "end": segment.end, "text": segment.text, "words": words}
