"""The loss: mean cross-entropy over the tokens that are to be learnt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import torch
from torch import Tensor
from torch.nn import functional

from engine.training.encode import IGNORED

if TYPE_CHECKING:
    from collections.abc import Mapping


class Outputs(Protocol):
    """What is used of a model's outputs: logits of the learnt positions only, (n, vocabulary)."""

    logits: Tensor


class ReplyLoss:
    """Cross-entropy of the learnt tokens, averaged over the whole optimizer step.

    Attributes:
        token_weights: Weights that differ from 1, by vocabulary id; they scale a token's part in
            the sum, the mean is still over the number of tokens.
    """

    def __init__(self, token_weights: Mapping[int, float] | None = None) -> None:
        self.token_weights = dict(token_weights or {})

    def __call__(
        self,
        outputs: Outputs,
        labels: Tensor,
        num_items_in_batch: Tensor | int | None = None,
    ) -> Tensor:
        """The loss of one batch.

        Args:
            outputs: Of a forward with the batch's own `logits_to_keep`.
            labels: (B, T), as the collator gives them.
            num_items_in_batch: Tokens of all batches of this step on all processes; None takes
                this batch's own.
        """
        targets = labels[:, 1:]
        targets = targets[targets != IGNORED]
        count = targets.numel() if num_items_in_batch is None else num_items_in_batch
        logits = outputs.logits.float()
        weights = self._weights(logits)
        total = functional.cross_entropy(logits, targets, weight=weights, reduction="sum")
        return total / max(count, 1)  # a step may hold nothing but unreadable clips

    def _weights(self, logits: Tensor) -> Tensor | None:
        if not self.token_weights:
            return None
        weights = torch.ones(logits.shape[-1], device=logits.device)
        ids = torch.tensor(list(self.token_weights), device=logits.device)
        values = torch.tensor(list(self.token_weights.values()), device=logits.device)
        return weights.index_copy(0, ids, values)
