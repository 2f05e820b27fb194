"""Which model a person chose, and which they added to the list."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from app.models.precision import Precision
from app.session.request import BUNDLED_MODEL


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """The section of the settings about models.

    Attributes:
        model: The chosen one: "bundled", a folder, or a hub id.
        precision: How exactly its weights are kept.
        own: Folders and hub ids that are listed below the catalogue.
    """

    SECTION: ClassVar[str] = "models"

    model: str = BUNDLED_MODEL
    precision: Precision = Precision.AUTO
    own: tuple[str, ...] = ()

    def with_own(self, name: str) -> ModelSettings:
        """The same with `name` in the list."""
        return self if name in self.own else replace(self, own=(*self.own, name))

    def without_own(self, name: str) -> ModelSettings:
        """The same with `name` no more in the list, and not chosen either."""
        kept = tuple(own for own in self.own if own != name)
        return replace(self, own=kept, model=BUNDLED_MODEL if self.model == name else self.model)
