"""How a candidate was made to speak, in words for the report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.evaluation.commentary.candidates import (
    EndpointCandidate,
    FileCandidate,
    StreamCandidate,
)
from engine.evaluation.provenance import file_digest

if TYPE_CHECKING:
    from engine.evaluation.commentary.candidates import Before, Candidate, Speaking

_BEFORE: dict[Before, str] = {
    "people": "told what people said before",
    "own": "told what people said before the start and its own words since",
    "nothing": "told nothing of what was said before",
}


def in_words(candidate: Candidate) -> str:
    """Everything that decides what a candidate says, but its weights."""
    match candidate:
        case FileCandidate():
            return f"words from {candidate.path}, SHA-256 {file_digest(candidate.path)}"
        case EndpointCandidate():
            return (
                f"{candidate.chat.model} at {candidate.chat.endpoint}, the same frames in pictures "
                f"of at most {candidate.max_side} pixels a side, {_told(candidate, candidate.fps)}"
            )
        case StreamCandidate():
            return f"{_model(candidate)}, {_told(candidate, candidate.config.sample_fps)}"


def _model(candidate: StreamCandidate) -> str:
    config, sampling = candidate.config, candidate.sampling
    return (
        f"attention {config.scheme}, windows of {config.vision_window_rounds} s of pictures and "
        f"{config.text_window_rounds} s of text, sink {config.sink_tokens} and previous text "
        f"{config.previous_text_tokens} tokens, temperature {sampling.temperature:g}, repetition "
        f"penalty {sampling.repetition_penalty:g}, layout {candidate.layout}"
    )


def _told(candidate: Speaking, fps: float) -> str:
    length_s, asked = candidate.chunk_s, candidate.instruction
    mode = "one stream to the end" if length_s is None else f"begun anew every {length_s:g} s"
    instruction = f"instruction “{asked}”" if asked else "no instruction"
    return f"{fps:g} frames a second, {mode}, {_BEFORE[candidate.before]}, {instruction}"
