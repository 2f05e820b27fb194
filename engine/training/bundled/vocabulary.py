"""The tokens that are hard to say rightly: names, colours and scores."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from engine.match import words
from engine.match.simulator import GOALS_TO_WIN

if TYPE_CHECKING:
    from engine.prompt import ChatLayout

_WEIGHTS = {"name": 4.0, "colour": 2.0, "score": 3.0}


@dataclass(frozen=True, slots=True, eq=False)
class HardWords:
    """Ids of these tokens.

    Attributes:
        names, colours, scores: Ids, int64 (n,).
        weights: Of every token of the vocabulary in the loss, float32 (V,): hard words count
            more than filler.
    """

    names: Tensor
    colours: Tensor
    scores: Tensor
    weights: Tensor

    @classmethod
    def of(cls, layout: ChatLayout, vocabulary_size: int) -> HardWords:
        """Look the tokens up; each is one token in the bundled model's vocabulary."""
        names, colours, scores = (
            torch.tensor([layout.encode(f" {word}")[0] for word in some])
            for some in (words.NAMES, words.COLOURS, map(str, range(GOALS_TO_WIN + 1)))
        )
        weights = torch.ones(vocabulary_size)
        for kind, ids in (("name", names), ("colour", colours), ("score", scores)):
            weights[ids] = _WEIGHTS[kind]
        return cls(names, colours, scores, weights)

    @property
    def foreseeable(self) -> Tensor:
        """Ids of names and scores, which follow from earlier text, int64 (n,)."""
        return torch.cat([self.names, self.scores])

    @property
    def looked_up(self) -> frozenset[int]:
        """The same as a set."""
        return frozenset(int(index) for index in self.foreseeable)

    def as_dict(self) -> dict[int, float]:
        """The weights that differ from 1, by token id."""
        return {index: float(value) for index, value in enumerate(self.weights) if value != 1}

    def asked(self, ids: Tensor, labels: Tensor) -> dict[str, Tensor]:
        """Where a counted token is a name or a score after a colour, (B, T - 1)."""
        now, before = labels[:, 1:], ids[:, :-1]
        return {
            kind: torch.isin(now, ids_of_kind) & torch.isin(before, self.colours)
            for kind, ids_of_kind in (("name", self.names), ("score", self.scores))
        }
