"""Settings of a training run: frozen dataclasses whose ranges are checked when they are made.

Source of the defaults: StreamingVLM (arXiv:2510.09608), its training part and public scripts.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

from engine.config import StreamingConfig, require

if TYPE_CHECKING:
    from engine.data.samples import OnMalformed

Precision = Literal["auto", "bf16", "float32"]
Device = Literal["auto", "cpu"]


@dataclass(frozen=True, slots=True)
class TuningConfig:
    """Which weights learn.

    Attributes:
        train_vision: Whether the vision tower learns, too.
        lora_rank: Rank of low-rank adapters on the language model; 0 trains its own weights.
        lora_alpha: Scale of the adapters; None is twice their rank.

    Raises:
        ConfigError: A value is out of its range.
    """

    train_vision: bool = False
    lora_rank: int = 0
    lora_alpha: int | None = None

    def __post_init__(self) -> None:
        require(self.lora_rank >= 0, f"lora_rank must be 0 (off) or more, it is {self.lora_rank}")
        require(
            self.lora_alpha is None or self.lora_alpha > 0,
            f"lora_alpha must be positive, it is {self.lora_alpha}",
        )
        require(
            not (self.lora_rank and self.train_vision),
            "adapters sit on the language model only; train the vision tower or use lora_rank",
        )


@dataclass(frozen=True, slots=True)
class TrainingConfig:
    """How one stage of training runs.

    Attributes:
        learning_rate: At its peak, after the warm-up; it falls as a cosine from there.
        warmup_ratio: Share of the steps in which it rises.
        clips_per_step: Clips per optimizer step, over all processes and all forwards.
        clips_per_forward: Clips that one process puts through the model at once; what is missing
            to `clips_per_step` is made up by gradient accumulation.
        epochs: How often each clip is seen, unless `max_steps` says when to end.
        max_steps: Optimizer steps in all, fewer or more than `epochs` make; None for `epochs`.
        precision: What is multiplied in; weights that learn, and their updates, are float32 in
            any case. "auto" is bf16 on CUDA devices that have it, float32 elsewhere.
        gradient_checkpointing: Compute activations twice instead of keeping them.
        fsdp: Shard weights, gradients and optimizer over the processes of torchrun.
        liger: Use liger's CUDA kernels.
        workers: Processes that read and encode clips; 0 does it in the training process.
        save_every_steps: A checkpoint to resume from each so many steps.
        keep_checkpoints: How many of them stay.
        log_every_steps: A point of the loss curve each so many steps.
        device: "auto" takes CUDA where there is some.

    Raises:
        ConfigError: A value is out of its range.
    """

    learning_rate: float = 1e-5
    warmup_ratio: float = 0.03
    weight_decay: float = 0.0
    max_grad_norm: float = 1.0
    clips_per_step: int = 512
    clips_per_forward: int = 1
    epochs: float = 1.0
    max_steps: int | None = None
    precision: Precision = "auto"
    gradient_checkpointing: bool = True
    fsdp: bool = False
    liger: bool = False
    workers: int = 2
    save_every_steps: int = 100
    keep_checkpoints: int = 2
    log_every_steps: int = 1
    device: Device = "auto"
    seed: int = 0

    def __post_init__(self) -> None:
        for name in ("learning_rate", "max_grad_norm", "epochs"):
            require(getattr(self, name) > 0, f"{name} must be positive")
        for name in ("clips_per_step", "clips_per_forward", "save_every_steps", "log_every_steps"):
            require(getattr(self, name) >= 1, f"{name} must be at least 1")
        require(self.keep_checkpoints >= 1, "keep_checkpoints must be at least 1")
        require(0 <= self.warmup_ratio < 1, "warmup_ratio must be in [0, 1)")
        require(self.weight_decay >= 0, "weight_decay must be 0 or more")
        require(self.workers >= 0, "workers must be 0 or more")
        require(self.max_steps is None or self.max_steps >= 1, "max_steps must be at least 1")
        require(
            self.precision in get_args(Precision), f"precision must be one of {get_args(Precision)}"
        )
        require(self.device in get_args(Device), f"device must be one of {get_args(Device)}")

    def accumulation_steps(self, num_processes: int) -> int:
        """Forwards that each process adds up to one optimizer step.

        Raises:
            ConfigError: `clips_per_step` cannot be shared out evenly.
        """
        at_once = self.clips_per_forward * num_processes
        require(
            self.clips_per_step % at_once == 0,
            f"clips_per_step {self.clips_per_step} must be a multiple of clips_per_forward times "
            f"processes, {self.clips_per_forward} * {num_processes} = {at_once}",
        )
        return self.clips_per_step // at_once


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage.

    Attributes:
        data: Its sample files.
        config: How it runs.
    """

    data: tuple[Path, ...]
    config: TrainingConfig


@dataclass(frozen=True, slots=True)
class RunConfig:
    """A run of one or more stages, each of which starts from the model of the one before.

    Attributes:
        model: "bundled", a checkpoint's folder, or a hub id.
        out: The folder of the run.
        stages: In order; by the paper first training, then annealing.
        video_folder: Where relative paths of videos begin.
        tuning: Which weights learn.
        streaming: How the tuned model is going to stream: clips are sampled and cut alike.
        on_malformed: Whether malformed samples and unreadable videos end the run.
    """

    model: str
    out: Path
    stages: tuple[Stage, ...]
    video_folder: Path = Path()
    tuning: TuningConfig = field(default_factory=TuningConfig)
    streaming: StreamingConfig = field(default_factory=StreamingConfig)
    on_malformed: OnMalformed = "fail"
