"""Measuring a model: it comments on a match for some seconds, as fast as it can."""

from __future__ import annotations

import itertools
import time
from statistics import fmean
from typing import TYPE_CHECKING

import numpy as np
import psutil

from app.models.measurements import Measurement
from app.models.measuring import Measured, MeasureJob, MeasureProgress
from app.paths import models_folder
from app.session.request import default_sampling
from engine import CommentaryStream, load_model
from engine.config import StreamingConfig
from engine.match import MatchStream

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from engine import LoadedModel
    from engine.events import ModelProgress

    Report = Callable[[MeasureProgress | Measured], None]

_MOST_ROUNDS = 60
_FEWEST_ROUNDS = 3  # the first one is slower than all others, and one alone says little
_PICTURE_PX = 1280, 720  # of a window or a video; the model's own limit makes it smaller
_SEED = 4


def measure(job: MeasureJob, report: Report) -> None:
    """Do a MeasureJob.

    Raises:
        EngineError: The model cannot be loaded so.
    """
    began = time.perf_counter()
    model = _loaded(job, report)
    load_s = time.perf_counter() - began
    report(Measured(_measured(model, job, load_s, report)))


def _loaded(job: MeasureJob, report: Report) -> LoadedModel:
    def tell(progress: ModelProgress) -> None:
        report(MeasureProgress(progress.message.replace(job.folder, job.name)))

    return load_model(
        job.folder, precision=job.precision.value, library=models_folder(), on_progress=tell
    )


def _measured(model: LoadedModel, job: MeasureJob, load_s: float, report: Report) -> Measurement:
    match = MatchStream(_SEED, width=_PICTURE_PX[0], height=_PICTURE_PX[1])
    stream = CommentaryStream(
        model,
        StreamingConfig(),
        default_sampling(job.name, seed=_SEED),
        previous_text=match.introduction,
    )
    load = ProcessorLoad()
    times_s = _round_times(stream, match, job.duration_s, report)
    steady = times_s[len(times_s) // 2 :]
    return Measurement(
        seconds_per_second=fmean(steady) / stream.config.chunk_s,
        slowest_s=max(steady),
        num_rounds=len(times_s),
        load_s=load_s,
        memory_bytes=_most_memory(),
        device=str(model.device),
        busy_share=load.share_of_others(),
        measured_at=time.time(),
    )


def _round_times(
    stream: CommentaryStream, match: MatchStream, duration_s: float, report: Report
) -> list[float]:
    """How long each round took; drawing the pictures is not counted."""
    times_s: list[float] = []
    for chunk in itertools.islice(_chunks(match, stream.config), _MOST_ROUNDS):
        began = time.perf_counter()
        stream.step(chunk)
        times_s.append(time.perf_counter() - began)
        spent_s = sum(times_s)
        if spent_s >= duration_s and len(times_s) >= _FEWEST_ROUNDS:
            break
        message = f"{times_s[-1]:.2f} s for one second"
        report(MeasureProgress(message, min(spent_s / duration_s, 1.0)))
    return times_s


class ProcessorLoad:
    """What the processor was busy with since this was made."""

    def __init__(self) -> None:
        self._before = self._now()

    def share_of_others(self) -> float:
        """The part of all cores' time that other processes took."""
        all_s, busy_s, own_s = (
            after - before for after, before in zip(self._now(), self._before, strict=True)
        )
        return min(max((busy_s - own_s) / all_s, 0.0), 1.0) if all_s > 0 else 0.0

    def _now(self) -> tuple[float, float, float]:
        """Seconds of all cores, of these busy, of these for this process."""
        times, own = psutil.cpu_times(), psutil.Process().cpu_times()
        total = sum(times)
        idle = times.idle + getattr(times, "iowait", 0.0)
        return total, total - idle, own.user + own.system


def _chunks(match: MatchStream, config: StreamingConfig) -> Iterator[np.ndarray]:
    """Chunk after chunk of frames, uint8 (F, height, width, 3)."""
    interval_s = config.chunk_s / config.frames_per_chunk
    for first in itertools.count(0, config.frames_per_chunk):
        indices = range(first, first + config.frames_per_chunk)
        yield np.stack([match.frame_at(index * interval_s) for index in indices])


def _most_memory() -> int:
    """The most that this process held, where the system tells it; else what it holds now."""
    memory = psutil.Process().memory_info()
    peak = getattr(memory, "peak_wset", None)  # Windows
    return int(peak or memory.rss)
