"""Runs what was asked for and is not in the journal yet, then reports on all of it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from engine.evaluation.journal import JOURNAL
from engine.evaluation.match.journal import RunJournal
from engine.evaluation.match.report import write_report
from engine.evaluation.match.runs import RunRequest
from engine.evaluation.match.summary import Row
from engine.evaluation.match.variants import VARIANTS
from engine.evaluation.match.worker import Asked, MatchWorker
from engine.evaluation.pool import work_through
from engine.evaluation.provenance import fingerprint
from engine.model.checkpoint import find_folder
from engine.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from engine.evaluation.match.runs import FinishedRun
    from engine.evaluation.match.settings import MatchSettings


def evaluate(settings: MatchSettings, say: Callable[[str], None]) -> Path:
    """Play every match that is still missing and write the report; gives its path.

    Raises:
        EngineError: A model cannot be loaded, or the folder cannot be written to.
    """
    asked = _asked(settings)
    with RunJournal(settings.out / JOURNAL) as journal:
        keys = {item.request.key: item for item in asked}
        missing = {key: item for key, item in keys.items() if not journal.find(key)}
        done = len(keys) - len(missing)
        say(f"{len(missing)} runs to make, {done} are in {settings.out / JOURNAL}")
        played = _play_all(settings, journal, list(missing.values()))
        found = {**{key: journal.find(key) for key in keys}, **played}
    return write_report(settings, _rows(asked, found))


def _asked(settings: MatchSettings) -> list[Asked]:
    """All runs: model by model, variant by variant, match by match."""
    configs = {variant: VARIANTS[variant].config for variant in settings.variants}
    prints = {model: fingerprint(find_folder(model)) for model in settings.models}
    return [
        Asked(
            model,
            variant,
            RunRequest(
                prints[model],
                config,
                seed,
                settings.seconds,
                settings.max_cache_bytes if config.scheme == "full" else None,
            ),
        )
        for model in settings.models
        for variant, config in configs.items()
        for seed in settings.seeds
    ]


def _rows(asked: Sequence[Asked], found: Mapping[str, FinishedRun | None]) -> list[Row]:
    runs: dict[tuple[str, str], list[FinishedRun]] = {}
    for item in asked:
        run = found[item.request.key]
        if run is not None:
            runs.setdefault((item.model, item.variant), []).append(run)
    return [Row(model, variant, tuple(made)) for (model, variant), made in runs.items()]


def _play_all(
    settings: MatchSettings, journal: RunJournal, missing: Sequence[Asked]
) -> dict[str, FinishedRun]:
    """Play matches; each worker loads a model once and keeps it for the runs that follow.

    Gives the runs by their keys. Those without a single round, for which there was no memory just
    then, are left out of the journal: the next call tries them again.
    """
    played: dict[str, FinishedRun] = {}
    progress = Progress(sum(item.request.seconds for item in missing))
    pool = settings.pool

    def done(item: Asked, run: FinishedRun) -> None:
        played[item.request.key] = run
        rounds = len(run.performance.lines)
        if rounds:
            journal.add(run)
        if not pool.is_here:
            progress.advance(item.label, rounds)
        progress.skip(item.request.seconds - rounds)

    hire = partial(MatchWorker, on_progress=progress.advance) if pool.is_here else MatchWorker
    try:
        work_through(missing, pool, hire, done)
    finally:
        progress.close()
    return played
