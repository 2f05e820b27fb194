"""Plays one match after the other to a model, in this process or in one of several."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

from engine import load_model
from engine.evaluation.match.performance import perform
from engine.evaluation.match.runs import FinishedRun, RunRequest
from engine.evaluation.provenance import ModelFacts, Origin, origin_now

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.model import LoadedModel

    OnProgress = Callable[[str, int], None]


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


def _tell_nobody(_doing: str, _rounds: int) -> None:
    """Where progress cannot be followed: in another process."""


class MatchWorker:
    """Keeps one model loaded, as long as matches are played to it.

    Args:
        max_cache_bytes: Where a cache without bound ends; None: where memory ends.
        threads: Of torch; None: its own choice.
        on_progress: Told what is played, and how many more rounds of it have been.
    """

    def __init__(
        self,
        max_cache_bytes: int | None,
        threads: int | None,
        on_progress: OnProgress = _tell_nobody,
    ) -> None:
        if threads is not None:
            torch.set_num_threads(threads)
        self._max_cache_bytes = max_cache_bytes
        self._on_progress = on_progress
        self._origin: Origin = origin_now(torch.get_num_threads())
        self._loaded: tuple[str, LoadedModel] | None = None

    def do(self, item: Asked, /) -> FinishedRun:
        """Play a match.

        Raises:
            EngineError: The model cannot be loaded.
        """
        model, request, started = self._model(item.model), item.request, time.monotonic()
        played = perform(
            model,
            request.seed,
            request.seconds,
            request.config,
            max_cache_bytes=self._max_cache_bytes,
            on_round=lambda: self._on_progress(item.label, 1),
        )
        facts = ModelFacts.of(model, request.fingerprint)
        return FinishedRun(request, facts, played, time.monotonic() - started, self._origin)

    def close(self) -> None:
        """Let go of the model."""
        self._loaded = None

    def _model(self, name: str) -> LoadedModel:
        if self._loaded is None or self._loaded[0] != name:
            self.close()  # two at once might not fit
            self._loaded = name, load_model(name)
        return self._loaded[1]
