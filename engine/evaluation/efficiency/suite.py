"""Measures every scheme that is not in the journal yet, then reports on all of them."""

from __future__ import annotations

from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING

from engine.evaluation.efficiency.curve import from_json, to_json
from engine.evaluation.efficiency.measure import num_rounds
from engine.evaluation.efficiency.report import write_report
from engine.evaluation.efficiency.worker import Asked, EfficiencyWorker
from engine.evaluation.journal import JOURNAL, WorkJournal
from engine.evaluation.pool import work_through
from engine.evaluation.provenance import digest_of, file_digest, fingerprint
from engine.model.checkpoint import find_folder
from engine.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from engine.evaluation.efficiency.curve import Measured
    from engine.evaluation.efficiency.settings import EfficiencySettings


def evaluate(settings: EfficiencySettings, say: Callable[[str], None]) -> Path:
    """Measure what is missing and write the report; gives its path.

    A scheme is measured as a whole: what a stream holds depends on all its rounds, so one that was
    killed half-way begins again. One worker measures one scheme after the other, so that none is
    measured with another beside it; several are meant for a GPU each.

    Raises:
        EngineError: A model or the video cannot be used, or the folder cannot be written to.
    """
    length = num_rounds(settings)
    source = _source(settings)
    asked = _asked(settings, source)
    with WorkJournal(settings.out / JOURNAL) as journal:
        missing = [item for item in asked if item.key not in journal]
        say(
            f"{len(missing)} schemes to measure, {len(asked) - len(missing)} are in "
            f"{settings.out / JOURNAL}"
        )
        _measure_all(settings, missing, length, journal)
        found = [journal.find(item.key) for item in asked]
    return write_report(settings, source, [from_json(each) for each in found if each is not None])


def _asked(settings: EfficiencySettings, source: str) -> list[Asked]:
    asked: list[Asked] = []
    for model in settings.models:
        weights = fingerprint(find_folder(model))
        for scheme in settings.schemes:
            decides = {
                "weights": weights,
                "config": asdict(settings.config(scheme)),
                "source": source,
                "seconds": settings.seconds,
                "limits": [settings.max_cache_bytes, settings.max_minutes, settings.threads],
                "workers": settings.workers,
            }
            asked.append(Asked(model, weights, scheme, digest_of(decides)))
    return asked


def _source(settings: EfficiencySettings) -> str:
    """What is watched, in words that name it for good."""
    if settings.video is not None:
        return f"{settings.video.name}, SHA-256 {file_digest(settings.video)}"
    width, height = settings.size
    return f"built-in match {settings.seed}, {width}x{height}"


def _measure_all(
    settings: EfficiencySettings, missing: Sequence[Asked], length: int, journal: WorkJournal
) -> None:
    """Measure schemes; each worker loads a model once and keeps it for the schemes that follow."""
    progress, pool = Progress(length * len(missing)), settings.pool

    def done(item: Asked, measured: Measured) -> None:
        journal.add(item.key, to_json(measured))
        rounds = len(measured.curve.rounds)
        if not pool.is_here:
            progress.advance(item.label, rounds)
        progress.skip(length - rounds)

    hire = partial(EfficiencyWorker, settings)
    if pool.is_here:
        hire = partial(hire, on_progress=progress.advance)
    try:
        work_through(missing, pool, hire, done)
    finally:
        progress.close()
