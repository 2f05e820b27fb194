"""Runs what was asked for and is not in the journal yet, then reports on all of it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

from engine import load_model
from engine.evaluation.journal import JOURNAL
from engine.evaluation.match.journal import RunJournal
from engine.evaluation.match.performance import perform
from engine.evaluation.match.report import write_report
from engine.evaluation.match.runs import FinishedRun, RunRequest
from engine.evaluation.match.summary import Row
from engine.evaluation.match.variants import VARIANTS
from engine.evaluation.progress import Progress
from engine.evaluation.provenance import ModelFacts, fingerprint, origin_now
from engine.model.checkpoint import find_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from engine.evaluation.match.settings import MatchSettings
    from engine.model import LoadedModel


@dataclass(frozen=True, slots=True)
class _Asked:
    """A run, and the names that it goes by."""

    model: str
    variant: str
    request: RunRequest

    @property
    def label(self) -> str:
        return f"{self.model}, {self.variant}, match {self.request.seed}"


def evaluate(settings: MatchSettings, say: Callable[[str], None]) -> Path:
    """Play every match that is still missing and write the report; gives its path.

    Raises:
        EngineError: A model cannot be loaded, or the folder cannot be written to.
    """
    if settings.threads is not None:
        torch.set_num_threads(settings.threads)
    asked = _asked(settings)
    with RunJournal(settings.out / JOURNAL) as journal:
        missing = {item.request.key: item for item in asked if not journal.find(item.request.key)}
        done = len({item.request.key for item in asked}) - len(missing)
        say(f"{len(missing)} runs to make, {done} are in {settings.out / JOURNAL}")
        _Player(settings, journal, list(missing.values())).play()
        found = {item.request.key: journal.find(item.request.key) for item in asked}
    return write_report(settings, _rows(asked, found))


def _asked(settings: MatchSettings) -> list[_Asked]:
    """All runs: model by model, variant by variant, match by match."""
    prints = {model: fingerprint(find_folder(model)) for model in settings.models}
    return [
        _Asked(
            model,
            variant,
            RunRequest(prints[model], VARIANTS[variant].config, seed, settings.seconds),
        )
        for model in settings.models
        for variant in settings.variants
        for seed in settings.seeds
    ]


def _rows(asked: Sequence[_Asked], found: Mapping[str, FinishedRun | None]) -> list[Row]:
    runs: dict[tuple[str, str], list[FinishedRun]] = {}
    for item in asked:
        run = found[item.request.key]
        if run is not None:
            runs.setdefault((item.model, item.variant), []).append(run)
    return [Row(model, variant, tuple(made)) for (model, variant), made in runs.items()]


class _Player:
    """Makes runs one after the other; each model is loaded once, and only if it has any."""

    def __init__(
        self, settings: MatchSettings, journal: RunJournal, missing: Sequence[_Asked]
    ) -> None:
        self._settings = settings
        self._journal = journal
        self._missing = missing
        self._origin = origin_now(torch.get_num_threads())
        self._progress = Progress(sum(item.request.seconds for item in self._missing))

    def play(self) -> None:
        try:
            for name in self._settings.models:
                items = [item for item in self._missing if item.model == name]
                if items:
                    self._play_model(load_model(name), items)
        finally:
            self._progress.close()

    def _play_model(self, model: LoadedModel, items: Sequence[_Asked]) -> None:
        facts = ModelFacts.of(model, items[0].request.fingerprint)
        for item in items:
            self._journal.add(self._run(model, facts, item))

    def _run(self, model: LoadedModel, facts: ModelFacts, item: _Asked) -> FinishedRun:
        request, started = item.request, time.monotonic()
        played = perform(
            model,
            request.seed,
            request.seconds,
            request.config,
            max_cache_bytes=self._settings.max_cache_bytes,
            on_round=lambda: self._progress.advance(item.label),
        )
        self._progress.skip(request.seconds - len(played.lines))
        wall_s = time.monotonic() - started
        return FinishedRun(request, facts, played, wall_s, self._origin)
