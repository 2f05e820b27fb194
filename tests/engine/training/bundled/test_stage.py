"""A stage that is interrupted goes on exactly where it was."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
import torch
from torch import Tensor, nn

from engine.training.bundled.stage import StageConfig, run_stage

if TYPE_CHECKING:
    from pathlib import Path


class InterruptedTaskError(Exception):
    """Stands for a kill."""


class LineTask:
    """Fits a small network to numbers that are a function of the step."""

    name = "line"

    def __init__(self, stop_at: int | None = None) -> None:
        torch.random.manual_seed(0)
        self._network = nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Linear(8, 1))
        self._stop_at = stop_at

    @property
    def modules(self) -> dict[str, nn.Module]:
        return {"network": self._network}

    def loss(self, step: int) -> Tensor:
        if step == self._stop_at:
            raise InterruptedTaskError
        x = torch.randn(16, 4, generator=torch.Generator().manual_seed(step))
        return (self._network(x).float() - x.sum(1, keepdim=True)).square().mean()

    def report(self) -> dict[str, float]:
        return {"loss_now": float(self.loss(-1))}


@pytest.mark.parametrize("muon_lr", [None, 0.02])
def test_an_interrupted_stage_ends_with_the_weights_of_an_uninterrupted_one(
    tmp_path: Path, muon_lr: float | None
) -> None:
    config = StageConfig(num_steps=120, adamw_lr=1e-2, muon_lr=muon_lr, save_every_s=0.0)
    whole, first, rest = LineTask(), LineTask(stop_at=70), LineTask()
    run_stage(whole, config, tmp_path / "whole")
    with pytest.raises(InterruptedTaskError):
        run_stage(first, config, tmp_path / "parts")
    run_stage(rest, config, tmp_path / "parts")
    for name, weight in whole.modules["network"].state_dict().items():
        assert torch.equal(weight, rest.modules["network"].state_dict()[name]), name
    written = (tmp_path / "whole" / "line.jsonl").read_text("utf-8")
    log = [json.loads(line) for line in written.splitlines()]
    assert [record["step"] for record in log] == [50, 100, 120]
    assert log[-1]["loss_now"] < 2.0  # untrained: about 4
