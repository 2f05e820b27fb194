"""Measures one scheme after the other, in this process or in one of several."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

from engine.evaluation.efficiency.curve import Measured
from engine.evaluation.efficiency.measure import measure
from engine.evaluation.model_holder import ModelHolder
from engine.evaluation.pool import tell_nobody
from engine.evaluation.provenance import ModelFacts, Origin, origin_now

if TYPE_CHECKING:
    from engine.config import Scheme
    from engine.evaluation.efficiency.settings import EfficiencySettings
    from engine.evaluation.pool import OnProgress


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


class EfficiencyWorker:
    """Keeps one model loaded, as long as schemes are measured with it.

    Args:
        settings: What each scheme is to do.
        threads: Of torch; None: its own choice.
        on_progress: Told what is measured, and how many more rounds of it have been.
    """

    def __init__(
        self,
        settings: EfficiencySettings,
        threads: int | None,
        on_progress: OnProgress = tell_nobody,
    ) -> None:
        if threads is not None:
            torch.set_num_threads(threads)
        self._settings, self._on_progress = settings, on_progress
        self._origin: Origin = origin_now(torch.get_num_threads())
        self._models = ModelHolder()

    def do(self, item: Asked, /) -> Measured:
        """Measure a scheme.

        Raises:
            EngineError: The model or the video cannot be used.
        """
        model = self._models.get(item.model)
        curve = measure(
            model, self._settings, item.scheme, lambda: self._on_progress(item.label, 1)
        )
        facts = ModelFacts.of(model, item.fingerprint)
        return Measured(item.model, facts, self._origin, curve)

    def close(self) -> None:
        """Let go of the model."""
        self._models.let_go()
