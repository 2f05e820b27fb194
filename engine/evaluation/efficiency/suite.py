"""Measures every scheme that is not in the journal yet, then reports on all of them."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import torch

from engine import load_model
from engine.evaluation.efficiency.curve import Measured, from_json, to_json
from engine.evaluation.efficiency.measure import measure, num_rounds
from engine.evaluation.efficiency.report import write_report
from engine.evaluation.journal import JOURNAL, WorkJournal
from engine.evaluation.provenance import (
    ModelFacts,
    digest_of,
    file_digest,
    fingerprint,
    origin_now,
)
from engine.model.checkpoint import find_folder
from engine.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from engine.config import Scheme
    from engine.evaluation.efficiency.settings import EfficiencySettings


@dataclass(frozen=True, slots=True)
class _Asked:
    """One scheme by one model, and the key of its curve."""

    model: str
    fingerprint: str
    scheme: Scheme
    key: str


def evaluate(settings: EfficiencySettings, say: Callable[[str], None]) -> Path:
    """Measure what is missing and write the report; gives its path.

    A scheme is measured as a whole: what a stream holds depends on all its rounds, so one that was
    killed half-way begins again. Nothing runs beside it, which would be measured with it.

    Raises:
        EngineError: A model or the video cannot be used, or the folder cannot be written to.
    """
    if settings.threads is not None:
        torch.set_num_threads(settings.threads)
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


def _asked(settings: EfficiencySettings, source: str) -> list[_Asked]:
    asked: list[_Asked] = []
    for model in settings.models:
        weights = fingerprint(find_folder(model))
        for scheme in settings.schemes:
            decides = {
                "weights": weights,
                "config": asdict(settings.config(scheme)),
                "source": source,
                "seconds": settings.seconds,
                "limits": [settings.max_cache_bytes, settings.max_minutes, settings.threads],
            }
            asked.append(_Asked(model, weights, scheme, digest_of(decides)))
    return asked


def _source(settings: EfficiencySettings) -> str:
    """What is watched, in words that name it for good."""
    if settings.video is not None:
        return f"{settings.video.name}, SHA-256 {file_digest(settings.video)}"
    width, height = settings.size
    return f"built-in match {settings.seed}, {width}x{height}"


def _measure_all(
    settings: EfficiencySettings, missing: Sequence[_Asked], length: int, journal: WorkJournal
) -> None:
    progress = Progress(length * len(missing))
    try:
        for name in settings.models:
            items = [item for item in missing if item.model == name]
            if items:
                _measure_model(settings, items, length, journal, progress)
    finally:
        progress.close()


def _measure_model(
    settings: EfficiencySettings,
    items: Sequence[_Asked],
    length: int,
    journal: WorkJournal,
    progress: Progress,
) -> None:
    model, origin = load_model(items[0].model), origin_now(torch.get_num_threads())
    facts = ModelFacts.of(model, items[0].fingerprint)
    for item in items:
        doing = f"{item.model}, {item.scheme}"
        curve = measure(model, settings, item.scheme, lambda doing=doing: progress.advance(doing))
        progress.skip(length - len(curve.rounds))
        journal.add(item.key, to_json(Measured(item.model, facts, origin, curve)))
