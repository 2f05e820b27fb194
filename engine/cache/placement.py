"""Which positions a context's tokens get when new ones are about to be run."""

from __future__ import annotations

from bisect import bisect
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import numpy as np

from engine.cache import reference
from engine.cache.positions import contiguous_positions
from engine.cache.segments import Segment, SegmentKind

if TYPE_CHECKING:
    from engine.cache.layout import Layout
    from engine.cache.positions import PositionRule, PositionRules, Positions
    from engine.cache.reference import Patterns
    from engine.cache.segments import Grid


class Placement(Protocol):
    """Gives positions to a whole context and to the text that may follow it."""

    def see(self, grid: Grid) -> None:
        """Note a new clip's grid."""
        ...

    def place(
        self, layout: Layout, placed: Positions, next_position: int, num_ahead: int
    ) -> Positions:
        """Positions of all tokens and of `num_ahead` text tokens behind them, (3, n + ahead).

        Args:
            layout: The context.
            placed: Positions at which its first tokens were run before, (3, placed).
            next_position: One more than the last position ever given on the time axis.
            num_ahead: Text tokens that may follow.
        """
        ...


class RuleHistory:
    """Position rules by the round from which on they hold."""

    def __init__(self, rule: PositionRule) -> None:
        self._first_rounds = [0]
        self._rules = [rule]

    def change(self, rule: PositionRule, first_round: int) -> None:
        """Take `rule` for the clips of `first_round` and later ones."""
        if rule != self._rules[-1]:
            self._first_rounds.append(first_round)
            self._rules.append(rule)

    def of(self, clip: Segment) -> PositionRule:
        """The rule for `clip`."""
        return self._rules[bisect(self._first_rounds, clip.round_index or 0) - 1]


class ContiguousPlacement:
    """Positions counted anew from 0 over what is kept, without gaps."""

    def __init__(self, rules: PositionRules) -> None:
        self._rules = rules

    def see(self, grid: Grid) -> None: ...

    def place(
        self,
        layout: Layout,
        placed: Positions,  # noqa: ARG002
        next_position: int,  # noqa: ARG002
        num_ahead: int,
    ) -> Positions:
        return contiguous_positions([*layout.segments, _ahead(num_ahead)], self._rules)


class NativePlacement:
    """Positions that only grow: what was placed keeps its place, gaps included."""

    def __init__(self, rules: PositionRules) -> None:
        self._rules = rules

    def see(self, grid: Grid) -> None: ...

    def place(
        self, layout: Layout, placed: Positions, next_position: int, num_ahead: int
    ) -> Positions:
        new = [*layout.tail(placed.shape[1]), _ahead(num_ahead)]
        return np.concatenate(
            [placed, contiguous_positions(new, self._rules, next_position)], axis=1
        )


@dataclass(slots=True)
class ReferencePlacement:
    """Contiguous positions with the reference's oddity: clips take the stream's first grids."""

    rule: PositionRule
    patterns: Patterns
    max_clips: int | None
    _grids: list[Grid] = field(default_factory=list["Grid"])

    def see(self, grid: Grid) -> None:
        # Later ones than a context can hold clips are never looked at.
        if self.max_clips is None or len(self._grids) < self.max_clips:
            self._grids.append(grid)

    def place(
        self,
        layout: Layout,
        placed: Positions,  # noqa: ARG002
        next_position: int,  # noqa: ARG002
        num_ahead: int,
    ) -> Positions:
        ids = layout.ids + [self.patterns.turn_end] * num_ahead
        return reference.positions(ids, self.patterns, self._grids, self.rule)


def _ahead(num_tokens: int) -> Segment:
    return Segment(SegmentKind.REPLY, None, num_tokens)
