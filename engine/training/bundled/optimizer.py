"""Muon for the matrices, AdamW for everything else, behind one optimizer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn
from torch.optim import AdamW, Optimizer

from engine.training.bundled.muon import Muon

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


_MATRIX = 2  # dimensions


class MuonWithAdamW(Optimizer):
    """Two optimizers that a trainer and a schedule see as one.

    Muon (orthogonalised momentum) learnt several times faster than AdamW alone on this model; it
    applies to matrices of hidden layers only, embeddings and vectors stay with AdamW.
    """

    def __init__(
        self,
        named_parameters: Iterable[tuple[str, nn.Parameter]],
        *,
        muon_lr: float,
        adamw_lr: float,
    ) -> None:
        matrices: list[nn.Parameter] = []
        others: list[nn.Parameter] = []
        for name, parameter in named_parameters:
            is_outer = "embed" in name or "head" in name
            is_hidden_matrix = parameter.ndim == _MATRIX and not is_outer
            (matrices if is_hidden_matrix else others).append(parameter)
        self._parts: list[Optimizer] = [
            Muon(matrices, lr=muon_lr),
            AdamW(others, lr=adamw_lr, betas=(0.9, 0.98), weight_decay=0.0),
        ]
        groups = [group for part in self._parts for group in part.param_groups]
        super().__init__([{"params": group["params"], "lr": group["lr"]} for group in groups], {})

    @torch.no_grad()
    def step(self, closure: Callable[[], Tensor] | None = None) -> Tensor | None:  # type: ignore[override]
        """Update every parameter at the rates that a schedule has set on the groups."""
        if closure is not None:
            raise ValueError("this optimizer takes no closure")
        for part, group in zip(self._parts, self.param_groups, strict=True):
            part.param_groups[0]["lr"] = group["lr"]
            part.step()
        return None

    def state_dict(self) -> dict[str, Any]:
        """The state of both parts and the rates of the groups."""
        rates = [
            {key: value for key, value in group.items() if key != "params"}
            for group in self.param_groups
        ]
        return {"parts": [part.state_dict() for part in self._parts], "groups": rates}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take up the state that `state_dict` gave."""
        for part, state in zip(self._parts, state_dict["parts"], strict=True):
            part.load_state_dict(state)
        for group, saved in zip(self.param_groups, state_dict["groups"], strict=True):
            group.update(saved)
