"""Lets one scheme watch a video and times every round."""

from __future__ import annotations

import gc
import time
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np
import psutil
import torch

from engine.bench.steady import FULL_PREVIOUS_TEXT, reply_of
from engine.config import LIKELIEST
from engine.data.frames import read_frames, video_duration_s
from engine.errors import NotEnoughMemoryError
from engine.evaluation.efficiency.curve import Curve, RoundFigures
from engine.match import MatchStream
from engine.stream import CommentaryStream

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from engine.config import Scheme, StreamingConfig
    from engine.evaluation.efficiency.settings import EfficiencySettings
    from engine.events import Round
    from engine.model import LoadedModel
    from engine.vision.frames import Frames


def measure(
    model: LoadedModel,
    settings: EfficiencySettings,
    scheme: Scheme,
    on_round: Callable[[], None],
) -> Curve:
    """Measure one scheme until the video's end, a limit, or the end of memory.

    Replies are forced, all of the same length: otherwise a scheme whose model falls silent would
    look quick. What is computed for a forced token is what is computed for a chosen one.

    Raises:
        DataError: The video cannot be read.
        NotEnoughMemoryError: Not even one round fits.
    """
    release_unused(model.device)
    config = settings.config(scheme)
    stream = CommentaryStream(
        model,
        config,
        LIKELIEST,
        previous_text=FULL_PREVIOUS_TEXT,
        cache_limit_bytes=settings.max_cache_bytes,
    )
    reply = reply_of(model.chat, settings.tokens)
    end = None if settings.max_minutes is None else time.monotonic() + 60 * settings.max_minutes
    rounds: list[RoundFigures] = []
    stopped = None
    for frames in _chunks(settings, config):
        try:
            rounds.append(_figures(stream.step(frames, forced_reply=reply), model.device))
        except NotEnoughMemoryError as error:
            if not rounds:
                raise
            stopped = str(error)
            break
        on_round()
        if end is not None and time.monotonic() > end and len(rounds) < num_rounds(settings):
            stopped = f"the {settings.max_minutes:g} minutes that a scheme may take were over"
            break
    return Curve(scheme, config.chunk_s, settings.tokens, tuple(rounds), stopped)


def num_rounds(settings: EfficiencySettings) -> int:
    """Rounds that the video, or the limit on its length, allows.

    Raises:
        DataError: The video cannot be read.
    """
    if settings.video is None:
        return settings.seconds
    return max(1, min(settings.seconds, int(video_duration_s(settings.video))))


def _chunks(settings: EfficiencySettings, config: StreamingConfig) -> Iterator[Frames]:
    """Chunk after chunk, uint8 (F, height, width, 3)."""
    per_chunk, count = config.frames_per_chunk, num_rounds(settings)
    if settings.video is None:
        width, height = settings.size
        match = MatchStream(settings.seed, width=width, height=height)
        frames: Iterable[Frames] = (
            match.frame_at(index / config.sample_fps) for index in range(count * per_chunk)
        )
    else:
        frames = read_frames(settings.video, 0.0, config.sample_fps, count * per_chunk)
    source = iter(frames)
    for _ in range(count):
        yield np.stack(list(islice(source, per_chunk)))


def _figures(told: Round, device: torch.device) -> RoundFigures:
    return RoundFigures(
        told.timing.total_s,
        told.timing.decode_s,
        told.cache.total_tokens,
        told.cache.num_bytes,
        _memory_bytes(device),
    )


def release_unused(device: torch.device) -> None:
    """Give back what torch keeps of the scheme before, which would count as memory of the next."""
    if device.type == "cuda":
        gc.collect()  # a stream may be held by a cycle
        torch.cuda.empty_cache()


def _memory_bytes(device: torch.device) -> int:
    """Of this process, on the device that computes."""
    if device.type == "cuda":
        return torch.cuda.memory_reserved(device)
    return int(psutil.Process().memory_info().rss)
