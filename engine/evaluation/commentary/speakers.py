"""Lets candidates speak. A worker keeps the one that spoke last, so that a model is loaded once."""

from __future__ import annotations

import io
import re
import time
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

import torch
from PIL import Image

from engine.data.chat_client import ChatClient, ChatRequest
from engine.data.frames import read_chunks, read_frames
from engine.errors import DataError, NotEnoughMemoryError, RefusedError, ReplyError
from engine.evaluation.commentary.candidates import (
    LIVECC_INSTRUCTION,
    EndpointCandidate,
    StreamCandidate,
)
from engine.evaluation.commentary.tasks import Line
from engine.evaluation.pool import tell_nobody
from engine.evaluation.provenance import ModelFacts
from engine.model import load_model
from engine.model.checkpoint import find_folder
from engine.stream import CommentaryStream

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import numpy as np
    from numpy.typing import NDArray

    from engine.config import StreamingConfig
    from engine.evaluation.commentary.candidates import Piece, Speaking
    from engine.evaluation.pool import OnProgress
    from engine.events import Round
    from engine.model import LoadedModel

REPLY_TOKENS_PER_S = 4
_JPEG_QUALITY = 85
_TIMED = re.compile(r"^\s*\[(\d+(?:\.\d+)?)\]\s*(.+?)\s*$")

_SYSTEM = """\
You are a live commentator. You are given the frames of the next stretch of a video in order, with \
the times that they were taken at, and what was said before. Say what a commentator would say \
live during this stretch. Write one line per sentence, each beginning with the second at which it \
is said in square brackets, such as: [1012] What a save! Write nothing else."""


@dataclass(frozen=True, slots=True)
class Speech:
    """What a candidate said to a piece.

    Attributes:
        lines: In order of time, silence left out.
        wall_s: How long it took.
        facts: Of our own models.
        stopped: Why it ended before the piece did; None where it did not.
        unanswered: Why an endpoint said nothing that can be used; None where it did.
    """

    lines: tuple[Line, ...]
    wall_s: float
    facts: ModelFacts | None = None
    stopped: str | None = None
    unanswered: str | None = None


class Speaker(Protocol):
    """A candidate that is ready to speak."""

    def speak(self, piece: Piece, on_progress: OnProgress) -> Speech: ...

    def close(self) -> None: ...


class Worker:
    """Speaks pieces of any candidate, one after the other.

    Args:
        threads: Of torch; None leaves its own choice.
        on_progress: Told what is spoken to, and how many more seconds of it have been.
    """

    def __init__(self, threads: int | None = None, on_progress: OnProgress = tell_nobody) -> None:
        if threads is not None:
            torch.set_num_threads(threads)
        self._on_progress = on_progress
        self._candidate: Speaking | None = None
        self._speaker: Speaker | None = None

    def do(self, piece: Piece, /) -> Speech:
        """Say what the piece's candidate says to it.

        Raises:
            EngineError: The model or the endpoint fails.
        """
        if self._speaker is None or piece.candidate != self._candidate:
            self.close()
            self._speaker = _speaker_for(piece.candidate)
            self._candidate = piece.candidate
        return self._speaker.speak(piece, self._on_progress)

    def close(self) -> None:
        """Let go of the model or the connections."""
        if self._speaker is not None:
            self._speaker.close()
        self._speaker = self._candidate = None


def _speaker_for(candidate: Speaking) -> Speaker:
    match candidate:
        case StreamCandidate():
            return _StreamSpeaker(candidate)
        case EndpointCandidate():
            return _EndpointSpeaker(candidate)


class _StreamSpeaker:
    """Our own model in true streaming."""

    def __init__(self, candidate: StreamCandidate) -> None:
        self._candidate = candidate
        self._model = load_model(find_folder(candidate.model))
        self._facts = ModelFacts.of(self._model, candidate.fingerprint)

    def speak(self, piece: Piece, on_progress: OnProgress) -> Speech:
        started = time.monotonic()
        rounds: list[Round] = []
        stopped = None
        try:
            for told in comment(self._model, self._candidate, piece):
                rounds.append(told)
                on_progress(piece.label, 1)
        except (NotEnoughMemoryError, DataError) as error:
            if not rounds and isinstance(error, NotEnoughMemoryError):
                raise  # nothing will ever fit; a video that cannot be read says so of itself only
            stopped = f"ended at {rounds[-1].end_s if rounds else piece.start_s:g} s: {error}"
            on_progress(piece.label, piece.seconds - len(rounds))
        lines = (Line(told.start_s, told.end_s, told.text.strip()) for told in rounds)
        spoken = tuple(line for line in lines if line.text)
        return Speech(spoken, time.monotonic() - started, self._facts, stopped)

    def close(self) -> None:
        del self._model


def comment(model: LoadedModel, candidate: StreamCandidate, piece: Piece) -> Iterator[Round]:
    """Every round of a stream over a piece.

    Raises:
        DataError: The video cannot be read as far as that.
        NotEnoughMemoryError: Attention without bound has filled the memory.
    """
    stream, question = open_stream(model, candidate, piece)
    for chunk in _chunks(piece, candidate.config):
        yield stream.step(chunk, question=question)
        question = None


def open_stream(
    model: LoadedModel, candidate: StreamCandidate, piece: Piece
) -> tuple[CommentaryStream, str | None]:
    """A stream that knows what the piece tells it, and what to ask behind its first pictures."""
    is_livecc = candidate.layout == "livecc"
    stream = CommentaryStream(
        model,
        candidate.config,
        replace(candidate.sampling, seed=piece.seed),
        previous_text="" if is_livecc else piece.previous,
        instruction=None if is_livecc else piece.instruction,
        start_s=piece.start_s,
        cache_limit_bytes=candidate.max_cache_bytes,
    )
    return stream, livecc_question(piece) if is_livecc else None


def livecc_question(piece: Piece) -> str:
    """What LiveCC (arXiv:2504.16030) is asked behind the first pictures of a stream."""
    instruction = piece.instruction or LIVECC_INSTRUCTION
    if not piece.previous:
        return instruction
    return (
        f"{instruction}\nHere is previous commentary of the video:\n\n{piece.previous}\n\n"
        "Please continue to comment the video."
    )


def _chunks(piece: Piece, config: StreamingConfig) -> Iterator[NDArray[np.uint8]]:
    """The frames of each round, uint8 (F, height, width, 3); a broken last second is left out."""
    rounds = int((piece.end_s - piece.start_s) / config.chunk_s + 1e-6)
    path, fps = piece.task.path, config.sample_fps
    return read_chunks(path, piece.start_s, rounds, chunk_s=config.chunk_s, fps=fps)


class _EndpointSpeaker:
    """A vision model that gets a chunk's frames at once."""

    def __init__(self, candidate: EndpointCandidate) -> None:
        self._candidate = candidate
        self._client = ChatClient(candidate.chat)

    def speak(self, piece: Piece, on_progress: OnProgress) -> Speech:
        """Say what the endpoint says; one that refuses a piece is silent there, as it would be.

        So is any at a video that cannot be read.
        """
        started = time.monotonic()
        lines: tuple[Line, ...] = ()
        stopped = unanswered = None
        try:
            reply = self._client.ask(request_for(self._candidate, piece))
            lines = read_lines(reply.text, piece.start_s, piece.end_s)
        except (RefusedError, ReplyError) as error:
            unanswered = str(error)
        except DataError as error:
            stopped = f"not asked: {error}"
        on_progress(piece.label, piece.seconds)
        took_s = time.monotonic() - started
        return Speech(lines, took_s, stopped=stopped, unanswered=unanswered)

    def close(self) -> None:
        self._client.close()


def request_for(candidate: EndpointCandidate, piece: Piece) -> ChatRequest:
    """The question about a piece, with its frames."""
    count = int((piece.end_s - piece.start_s) * candidate.fps + 1e-6)
    frames = read_frames(piece.task.path, piece.start_s, candidate.fps, count)
    told = (
        f"Video: {piece.task.title or piece.task.name}\n\nSaid before:\n{piece.previous}\n\n"
        f"The {count} frames that follow show {piece.start_s:g} to {piece.end_s:g} s, "
        f"{candidate.fps:g} frames a second."
    )
    return ChatRequest(
        f"{_SYSTEM}\n{piece.instruction or ''}".strip(),
        told,
        label=piece.label,
        expected_reply_tokens=round(REPLY_TOKENS_PER_S * (piece.end_s - piece.start_s)),
        images=tuple(_jpeg(frame, candidate.max_side) for frame in frames),
    )


def read_lines(reply: str, start_s: float, end_s: float) -> tuple[Line, ...]:
    """The timed lines of a reply; if any line has no time or a wrong one, one line of all."""
    found = [_TIMED.match(line) for line in reply.splitlines() if line.strip()]
    times = [float(match[1]) for match in found if match]
    if len(times) < len(found) or not all(start_s <= time <= end_s for time in times):
        words = " ".join(re.sub(r"^\s*\[[\d.]+\]", "", line) for line in reply.splitlines())
        return (Line(start_s, end_s, " ".join(words.split())),)
    ends = [*times[1:], end_s]
    return tuple(
        Line(time, max(time, end), match[2])
        for time, end, match in zip(times, ends, found, strict=True)
        if match
    )


def _jpeg(frame: NDArray[np.uint8], max_side: int) -> bytes:
    picture = Image.fromarray(frame)
    picture.thumbnail((max_side, max_side))
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=_JPEG_QUALITY)
    return buffer.getvalue()


def speech_to_json(speech: Speech) -> dict[str, Any]:
    """A speech as plain values."""
    return {
        "lines": [list(line) for line in speech.lines],
        "wall_s": round(speech.wall_s, 3),
        "facts": None if speech.facts is None else asdict(speech.facts),
        "stopped": speech.stopped,
        "unanswered": speech.unanswered,
    }


def speech_from_json(value: Mapping[str, Any]) -> Speech:
    """The speech that `speech_to_json` made these values of."""
    facts = value["facts"]
    lines = tuple(Line(*line) for line in value["lines"])
    made_by = None if facts is None else ModelFacts(**facts)
    return Speech(lines, value["wall_s"], made_by, value["stopped"], value.get("unanswered"))
