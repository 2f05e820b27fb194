"""The one model that a worker holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine import load_model

if TYPE_CHECKING:
    from engine.model import LoadedModel


class ModelHolder:
    """Loads the model that is asked for, and keeps it until another one is."""

    def __init__(self) -> None:
        self._held: tuple[str, LoadedModel] | None = None

    def get(self, name: str) -> LoadedModel:
        """The model.

        Raises:
            EngineError: It cannot be loaded.
        """
        if self._held is None or self._held[0] != name:
            self.let_go()  # two at once might not fit
            self._held = name, load_model(name)
        return self._held[1]

    def let_go(self) -> None:
        """Hold none."""
        self._held = None
