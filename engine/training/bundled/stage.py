"""A short stage of training before the recipe proper: a loop that can be stopped and resumed.

Every batch is a function of its step, so a resumed run sees what an uninterrupted one would have
seen. The learning rate rises for `WARM_UP_STEPS` and falls as a cosine to a twentieth.
"""

from __future__ import annotations

import json
import logging
import math
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import torch
from torch import Tensor, nn
from torch.optim import AdamW, Optimizer
from torch.optim.lr_scheduler import LambdaLR

from engine.training.bundled.optimizer import MuonWithAdamW

if TYPE_CHECKING:
    from pathlib import Path

logger = logging.getLogger(__name__)

WARM_UP_STEPS = 30
_REPORT_EVERY = 50
_SMOOTHING = 0.95


class Task(Protocol):
    """What a stage trains."""

    name: str

    @property
    def modules(self) -> dict[str, nn.Module]:
        """The modules that learn, by name; they are what a checkpoint holds."""
        ...

    def loss(self, step: int) -> Tensor:
        """The loss of batch `step`."""
        ...

    def report(self) -> dict[str, float]:
        """Accuracies, on what is held out or on what was met lately, before it was learnt."""
        ...


@dataclass(frozen=True, slots=True)
class StageConfig:
    """How long and how fast a stage learns; without `muon_lr` everything learns by AdamW.

    With `in_bf16` matrix products are in bfloat16; weights are float32 in any case.
    """

    num_steps: int
    adamw_lr: float
    muon_lr: float | None = None
    in_bf16: bool = False
    save_every_s: float = 120.0


def cosine_share(step: int, num_steps: int) -> float:
    """The learning rate of a step as a share of its peak."""
    warm_up = min(1.0, (step + 1) / WARM_UP_STEPS)
    cosine = 0.5 * (1 + math.cos(math.pi * min(1.0, step / num_steps)))
    return warm_up * (0.05 + 0.95 * cosine)


def _optimizer(named: list[tuple[str, nn.Parameter]], config: StageConfig) -> Optimizer:
    if config.muon_lr is not None:
        return MuonWithAdamW(named, muon_lr=config.muon_lr, adamw_lr=config.adamw_lr)
    parameters = [parameter for _, parameter in named]
    return AdamW(parameters, lr=config.adamw_lr, betas=(0.9, 0.98), weight_decay=0.0)


def run_stage(task: Task, config: StageConfig, folder: Path) -> None:
    """Train `task` to its last step, from its checkpoint in `folder` where there is one."""
    folder.mkdir(parents=True, exist_ok=True)
    _Run(task, config, folder).to_end()


class _Run:
    def __init__(self, task: Task, config: StageConfig, folder: Path) -> None:
        self._task, self._config = task, config
        self._checkpoint = folder / f"{task.name}.pt"
        self._log = folder / f"{task.name}.jsonl"
        named = [
            (f"{prefix}.{name}", parameter)
            for prefix, module in task.modules.items()
            for name, parameter in module.named_parameters()
        ]
        self._parameters = [parameter for _, parameter in named]
        self._optimizer = _optimizer(named, config)
        self._schedule = LambdaLR(
            self._optimizer, lambda step: cosine_share(step, config.num_steps)
        )
        self._step, self._trained_s, self._smooth_loss = 0, 0.0, math.nan
        if self._checkpoint.exists():
            self._load()

    def to_end(self) -> None:
        since = last_save = time.monotonic()
        before_s = self._trained_s
        while self._step < self._config.num_steps:
            self._learn()
            now = time.monotonic()
            self._trained_s = before_s + now - since
            if self._step % _REPORT_EVERY == 0 or self._step == self._config.num_steps:
                self._report()
            if now - last_save > self._config.save_every_s:
                self._save()
                last_save = now
        self._save()

    def _learn(self) -> None:
        with self._autocast():
            loss = self._task.loss(self._step)
        loss.backward()  # pyright: ignore[reportUnknownMemberType]
        torch.nn.utils.clip_grad_norm_(self._parameters, 1.0)
        self._optimizer.step()
        self._optimizer.zero_grad(set_to_none=True)
        self._schedule.step()
        value = loss.item()
        smooth = value if math.isnan(self._smooth_loss) else self._smooth_loss
        self._smooth_loss = _SMOOTHING * smooth + (1 - _SMOOTHING) * value
        self._step += 1

    def _autocast(self) -> torch.autocast:
        return torch.autocast("cpu", torch.bfloat16, enabled=self._config.in_bf16)

    def _report(self) -> None:
        with torch.no_grad(), self._autocast():
            figures = self._task.report()
        record = {
            "step": self._step,
            "seconds": round(self._trained_s, 1),
            "loss": round(self._smooth_loss, 4),
            **{name: round(figure, 4) for name, figure in figures.items()},
        }
        with self._log.open("a", encoding="utf-8") as file:
            file.write(json.dumps(record) + "\n")
        logger.info("%s %s", self._task.name, record)

    def _save(self) -> None:
        state: dict[str, Any] = {
            "step": self._step,
            "trained_s": self._trained_s,
            "smooth_loss": self._smooth_loss,
            "optimizer": self._optimizer.state_dict(),
            "schedule": self._schedule.state_dict(),
            "modules": {name: module.state_dict() for name, module in self._task.modules.items()},
        }
        unfinished = self._checkpoint.with_suffix(".tmp")
        torch.save(state, unfinished)
        unfinished.replace(self._checkpoint)

    def _load(self) -> None:
        state = torch.load(self._checkpoint, weights_only=True)
        self._step, self._trained_s = state["step"], state["trained_s"]
        self._smooth_loss = state["smooth_loss"]
        self._optimizer.load_state_dict(state["optimizer"])
        self._schedule.load_state_dict(state["schedule"])
        for name, module in self._task.modules.items():
            module.load_state_dict(state["modules"][name])
