"""Lines that might have been said: a stream's memory is asked for the score, and never hears it.

A match tells its score five times a minute, so that a stretch of a stream teaches few numbers at
the distances at which they are read. An aside is one more beginning of a round's reply, in which
only numbers and team names are learnt. It branches off where the reply begins: it sees what came
before, and nothing that comes later sees it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

from engine.training.encode import IGNORED, SPOKEN

if TYPE_CHECKING:
    from collections.abc import Mapping

    from torch import Tensor

    from engine.context import Waiting
    from engine.training.bundled.vocabulary import HardWords


@dataclass(frozen=True, slots=True, eq=False)
class Branched:
    """Waiting tokens, and behind them those of their asides.

    Attributes:
        token_ids: Vocabulary ids, int64 (n,).
        positions: Their positions, int64 (3, n).
        visible: Which of s stored and n waiting tokens each one sees, bool (n, s + n).
        past: Rotated keys and values of the stored tokens, layer by layer, (1, H, s, D) each.
        num_asides: How many of the tokens are asides.
    """

    token_ids: Tensor
    positions: Tensor
    visible: Tensor
    past: tuple[tuple[Tensor, Tensor], ...]
    num_asides: int


def with_asides(waiting: Waiting, asides: Mapping[int, tuple[int, ...]]) -> Branched:
    """Put asides behind the waiting tokens of their rounds.

    Args:
        waiting: A stretch of whole rounds.
        asides: Token ids by round.
    """
    starts = _reply_starts(waiting)
    num_waiting, num_asides = len(waiting.token_ids), sum(map(len, asides.values()))
    total = num_waiting + num_asides
    visible = torch.ones(total, total, dtype=torch.bool).tril()
    positions, stop = [waiting.positions], num_waiting
    for index, ids in asides.items():
        begin, stop = stop, stop + len(ids)
        visible[begin:stop, starts[index] : begin] = False
        steps = torch.arange(len(ids))
        positions.append(waiting.positions[:, starts[index], None] + steps)
    num_stored = waiting.past[0][0].shape[2]
    return Branched(
        torch.cat([waiting.token_ids, *(torch.tensor(ids) for ids in asides.values())]),
        torch.cat(positions, dim=1),
        torch.cat([torch.ones(total, num_stored, dtype=torch.bool), visible], dim=1),
        waiting.past,
        num_asides,
    )


def learnt_in_asides(branched: Branched, words: HardWords) -> Tensor:
    """Labels of the asides' tokens: what follows from earlier text, and nothing else."""
    ids = branched.token_ids[len(branched.token_ids) - branched.num_asides :]
    return torch.where(torch.isin(ids, words.foreseeable), ids, IGNORED)


def _reply_starts(waiting: Waiting) -> dict[int, int]:
    """The place of each round's first spoken token."""
    starts: dict[int, int] = {}
    for part in waiting.segments:
        if part.kind in SPOKEN and part.round_index is not None:
            starts.setdefault(part.round_index, part.start)
    return starts
