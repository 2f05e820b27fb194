"""Plays one match after the other to a model, in this process or in one of several."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

from engine.evaluation.match.performance import perform
from engine.evaluation.match.runs import FinishedRun, RunRequest
from engine.evaluation.model_holder import ModelHolder
from engine.evaluation.pool import tell_nobody
from engine.evaluation.provenance import ModelFacts, Origin, origin_now

if TYPE_CHECKING:
    from engine.evaluation.pool import OnProgress


@dataclass(frozen=True, slots=True)
class Asked:
    """A run, and the names that it goes by."""

    model: str
    variant: str
    request: RunRequest

    @property
    def label(self) -> str:
        """What is being done, for people."""
        return f"{self.model}, {self.variant}, match {self.request.seed}"


class MatchWorker:
    """Keeps one model loaded, as long as matches are played to it.

    Args:
        threads: Of torch; None: its own choice.
        on_progress: Told what is played, and how many more rounds of it have been.
    """

    def __init__(self, threads: int | None, on_progress: OnProgress = tell_nobody) -> None:
        if threads is not None:
            torch.set_num_threads(threads)
        self._on_progress = on_progress
        self._origin: Origin = origin_now(torch.get_num_threads())
        self._models = ModelHolder()

    def do(self, item: Asked, /) -> FinishedRun:
        """Play a match.

        Raises:
            EngineError: The model cannot be loaded.
        """
        model, request, started = self._models.get(item.model), item.request, time.monotonic()
        played = perform(
            model,
            request.seed,
            request.seconds,
            request.config,
            max_cache_bytes=request.max_cache_bytes,
            on_round=lambda: self._on_progress(item.label, 1),
        )
        facts = ModelFacts.of(model, request.fingerprint)
        return FinishedRun(request, facts, played, time.monotonic() - started, self._origin)

    def close(self) -> None:
        """Let go of the model."""
        self._models.let_go()
