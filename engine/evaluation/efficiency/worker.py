"""Measures one scheme after the other, in this process or in one of several."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

from engine import load_model
from engine.evaluation.efficiency.curve import Measured
from engine.evaluation.efficiency.measure import measure
from engine.evaluation.provenance import ModelFacts, Origin, origin_now

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.config import Scheme
    from engine.evaluation.efficiency.settings import EfficiencySettings
    from engine.model import LoadedModel


@dataclass(frozen=True, slots=True)
class Asked:
    """One scheme by one model, and the key of its curve."""

    model: str
    fingerprint: str
    scheme: Scheme
    key: str

    @property
    def label(self) -> str:
        """What is being done, for people."""
        return f"{self.model}, {self.scheme}"


def _tell_nobody(_doing: str) -> None:
    """Where progress cannot be followed: in another process."""


class EfficiencyWorker:
    """Keeps one model loaded, as long as schemes are measured with it.

    Args:
        settings: What each scheme is to do.
        threads: Of torch; None: its own choice.
        on_round: Told what is measured, after each round of it.
    """

    def __init__(
        self,
        settings: EfficiencySettings,
        threads: int | None,
        on_round: Callable[[str], None] = _tell_nobody,
    ) -> None:
        if threads is not None:
            torch.set_num_threads(threads)
        self._settings, self._on_round = settings, on_round
        self._origin: Origin = origin_now(torch.get_num_threads())
        self._loaded: tuple[str, LoadedModel] | None = None

    def do(self, item: Asked, /) -> Measured:
        """Measure a scheme.

        Raises:
            EngineError: The model or the video cannot be used.
        """
        model = self._model(item.model)
        curve = measure(model, self._settings, item.scheme, lambda: self._on_round(item.label))
        facts = ModelFacts.of(model, item.fingerprint)
        return Measured(item.model, facts, self._origin, curve)

    def close(self) -> None:
        """Let go of the model."""
        self._loaded = None

    def _model(self, name: str) -> LoadedModel:
        if self._loaded is None or self._loaded[0] != name:
            self.close()  # two at once might not fit
            self._loaded = name, load_model(name)
        return self._loaded[1]
