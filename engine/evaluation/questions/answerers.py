"""Puts a question to a model: over sampled frames, or in the middle of a stream. Always greedy."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Protocol

import torch

from engine.config import LIKELIEST, StreamingConfig
from engine.data.frames import read_chunks, read_frames, stack_frames
from engine.errors import NotEnoughMemoryError
from engine.memory import StreamMemory
from engine.sampling import Sampler
from engine.stream import CommentaryStream
from engine.transcript import ReplyText
from engine.vision import patches_of

if TYPE_CHECKING:
    from engine.evaluation.questions.items import Question
    from engine.evaluation.questions.settings import Mode, QuestionSettings
    from engine.model import LoadedModel
    from engine.vision.frames import Frames

ANSWER_TOKENS = 20
_VIDEO_TOKENS = 24_576
"""Vision tokens of one video at most, as the models' own processors share them out."""
_JUST_BEFORE_S = 0.04  # about a frame: where the question is asked at the end there is no other


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a question.

    Attributes:
        text: The reply, without special tokens and the silence marker.
        seconds: All that it took, reading the video included.
        num_frames: That the model was shown.
        cache_tokens: Held when the reply was complete.
    """

    text: str
    seconds: float
    num_frames: int
    cache_tokens: int


class Answerer(Protocol):
    """Answers questions in one mode."""

    def answer(self, question: Question) -> Answer:
        """Answer one question, without any memory of others.

        Raises:
            DataError: The video cannot be read as far as it is asked for.
            NotEnoughMemoryError: The question does not fit.
        """
        ...


def open_answerer(model: LoadedModel, mode: Mode, settings: QuestionSettings) -> Answerer:
    """What answers in a mode."""
    if mode == "standard":
        return StandardAnswerer(model, settings)
    return StreamingAnswerer(model, settings)


class StandardAnswerer:
    """All frames in one turn, then the question, as models are usually measured.

    Frames are evenly spaced over the stretch of video that may be seen, from its first to its last,
    which is the one that a question about now is about; no turn of previous text,
    no times but those that the model's own processor writes.
    """

    def __init__(self, model: LoadedModel, settings: QuestionSettings) -> None:
        self._model = model
        self._settings = settings

    def answer(self, question: Question) -> Answer:
        """See `Answerer`."""
        started = time.monotonic()
        length_s = question.ask_s - question.start_s
        wanted = min(self._settings.max_frames, math.floor(length_s * self._settings.fps))
        num_frames = max(1, wanted)
        begin_s, fps = spread(question, num_frames)
        read = read_frames(question.video, begin_s, fps, num_frames)
        frames = stack_frames(list(read), question.video)
        try:
            text, cache_tokens = self._reply(frames, fps, question.text)
        except torch.OutOfMemoryError as error:
            raise NotEnoughMemoryError(
                f"{num_frames} frames do not fit into the memory of {self._model.device}; choose a "
                "smaller --max-frames or --max-pixels"
            ) from error
        return Answer(text, time.monotonic() - started, num_frames, cache_tokens)

    @torch.inference_mode()
    def _reply(self, frames: Frames, fps: float, text: str) -> tuple[str, int]:
        """The reply, and how many tokens it took to get it."""
        model, chat = self._model, self._model.chat
        config = self._config(len(frames), fps)
        clip = patches_of(frames, model.patches_for(config), model.device)
        memory = StreamMemory(model, config)
        memory.require_room()
        memory.turn_over(0, lambda: [chat.system()])
        turn = chat.clip_turn(0.0, config.chunk_s, clip.token_grid, text, clip.moments)
        memory.append_round(turn, model.embed_clip(clip), 0)
        output = memory.prefill(ANSWER_TOKENS)
        ends = model.defaults.end_tokens | {chat.special.turn_end}
        sampler = Sampler(LIKELIEST, model.defaults, silence=(), device=model.device)
        logits = model.decoder.logits(output)
        sampler.begin_reply(memory.token_ids)
        ids = [sampler.choose(logits)]
        while ids[-1] not in ends and len(ids) < ANSWER_TOKENS:
            memory.extend_reply(ids[-1], 0)
            ids.append(sampler.choose(model.decoder.logits(memory.decode(ids[-1]))))
        said = ReplyText(chat, reference_quirks=False).complete(ids)  # " ..." ends tuned replies
        return said.strip(), memory.use().total_tokens

    def _config(self, num_frames: int, fps: float) -> StreamingConfig:
        """A stream of a single round, which is the whole video."""
        factor = self._model.patches.factor
        shared = max(factor**2, _VIDEO_TOKENS * factor**2 // math.ceil(num_frames / 2))
        asked = self._settings.max_pixels
        return StreamingConfig(
            scheme="full",
            sample_fps=fps,
            chunk_s=num_frames / fps,
            max_new_tokens=ANSWER_TOKENS,
            max_pixels=shared if asked is None else min(asked, shared),
        )


class StreamingAnswerer:
    """Second after second into the bounded cache; the question comes with the last second.

    What left the windows by then is gone but for what the model said of it.
    """

    def __init__(self, model: LoadedModel, settings: QuestionSettings) -> None:
        self._model = model
        self._settings = settings

    def answer(self, question: Question) -> Answer:
        """See `Answerer`."""
        started, settings = time.monotonic(), self._settings
        config = replace(settings.streaming, max_new_tokens=ANSWER_TOKENS)
        begin_s, rounds, chunk_s, fps = _stretch(question, settings.lead_s, config)
        chunks = read_chunks(question.video, begin_s, rounds, chunk_s=chunk_s, fps=fps)
        stream = CommentaryStream(self._model, config, LIKELIEST)
        silence = None if settings.speaks else self._model.chat.reply_ids([])
        for chunk in islice(chunks, rounds - 1):
            stream.step(chunk, forced_reply=silence)
        told = stream.step(next(chunks), question=question.text)
        return Answer(
            told.text.strip(),
            time.monotonic() - started,
            rounds * config.frames_per_chunk,
            told.cache.total_tokens,
        )


def spread(question: Question, num_frames: int) -> tuple[float, float]:
    """Where frames begin and how many there are a second, so that the last is on screen at last."""
    last_s = max(question.start_s, question.ask_s - _JUST_BEFORE_S)
    if num_frames == 1 or last_s == question.start_s:
        return last_s, num_frames / (question.ask_s - question.start_s)
    return question.start_s, (num_frames - 1) / (last_s - question.start_s)


def _stretch(
    question: Question, lead_s: float | None, config: StreamingConfig
) -> tuple[float, int, float, float]:
    """Where a stream begins, its rounds, how long each of them is, and its frames per second.

    Its last round ends when the question is asked; what fills no round is left out at the start. A
    stretch shorter than a round is stretched over one.
    """
    begin_s = question.start_s if lead_s is None else max(question.start_s, question.ask_s - lead_s)
    length_s = question.ask_s - begin_s
    rounds = int(length_s / config.chunk_s)
    if not rounds:
        return begin_s, 1, length_s, config.frames_per_chunk / length_s
    begin_s = question.ask_s - rounds * config.chunk_s
    return begin_s, rounds, config.chunk_s, config.sample_fps
