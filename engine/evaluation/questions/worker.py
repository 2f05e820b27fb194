"""Answers one question after the other, in this process or in one of several."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import torch

from engine import load_model
from engine.errors import DataError
from engine.evaluation.provenance import ModelFacts, fingerprint, origin_now
from engine.model.checkpoint import find_folder

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.evaluation.questions.answerers import Answerer
    from engine.evaluation.questions.items import Question
    from engine.evaluation.questions.settings import Mode, QuestionSettings
    from engine.model import LoadedModel

    Open = Callable[[LoadedModel, Mode, QuestionSettings], Answerer]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question to a model in a mode, and the key of its answer."""

    model: str
    mode: Mode
    question: Question
    key: str

    @property
    def label(self) -> str:
        """What is being done, for people."""
        return f"{self.model}, {self.mode}, {self.question.id}"


class QuestionWorker:
    """Keeps one model loaded, as long as the questions are put to it.

    Args:
        settings: Of the suite.
        opened: Gives what answers for a model in a mode.
        threads: Of torch; None: its own choice.
    """

    def __init__(self, settings: QuestionSettings, opened: Open, threads: int | None) -> None:
        if threads is not None:
            torch.set_num_threads(threads)
        self._settings = settings
        self._opened = opened
        self._model: str | None = None
        self._answerers: dict[Mode, Answerer] = {}
        self._made: dict[str, Any] = {}

    def do(self, item: Asked, /) -> dict[str, Any]:
        """The answer as plain values; a video that breaks off costs its own question, not the run.

        Raises:
            EngineError: The model cannot be loaded, or a question does not fit into memory.
        """
        if item.model != self._model:
            self._load(item.model)
        try:
            found = asdict(self._answerers[item.mode].answer(item.question))
        except DataError as error:
            found = {"text": None, "failed": str(error)}
        return {**found, **self._made}

    def close(self) -> None:
        """Let go of the model."""
        self._model = None
        self._answerers.clear()

    def _load(self, name: str) -> None:
        self.close()
        model = load_model(name)
        facts = ModelFacts.of(model, fingerprint(find_folder(name)))
        self._made = {"facts": asdict(facts), "origin": asdict(origin_now(torch.get_num_threads()))}
        modes = self._settings.modes
        self._answerers = {mode: self._opened(model, mode, self._settings) for mode in modes}
        self._model = name
