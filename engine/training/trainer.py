"""One stage of training: transformers' Trainer, set up for clips.

From Python, with clips of any origin::

    encoder = ClipEncoder(layout, spec, rule)
    trainer = make_trainer(model, EncodedClips(clips, encoder), out, TrainingConfig(max_steps=100))
    train_to_end(trainer, out)
"""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from math import ceil
from typing import TYPE_CHECKING, Any, cast

import torch
from transformers import PreTrainedModel, Trainer, TrainingArguments

from engine.errors import TrainingError
from engine.extras import in_environment
from engine.model.attention import prefer_steady_kernels
from engine.training.checkpoints import last_complete_checkpoint
from engine.training.collate import ClipCollator
from engine.training.curves import LossPicture, TensorBoardEvents
from engine.training.loss import ReplyLoss

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from torch.optim import Optimizer
    from torch.optim.lr_scheduler import LambdaLR

    from engine.training.config import TrainingConfig
    from engine.training.dataset import EncodedClips

logger = logging.getLogger(__name__)

CLIPS_AHEAD = 64
"""Clips that the workers of a process read ahead at most; one takes tens to hundreds of MB."""
_LEAST_AHEAD = 2  # batches of a worker, as torch has it


@dataclass(frozen=True, slots=True)
class TrainerOptions:
    """What a caller may bring of its own.

    Attributes:
        optimizer: None for AdamW as the config says.
        scheduler: Goes with `optimizer`; None for the config's warm-up and cosine.
        token_weights: Weights in the loss that differ from 1, by vocabulary id.
    """

    optimizer: Optimizer | None = None
    scheduler: LambdaLR | None = None
    token_weights: Mapping[int, float] | None = None


class ClipTrainer(Trainer):
    """A Trainer that keeps batches off the GPU until their turn, and finds its weights again.

    transformers (5.23) collects the batches of a whole optimizer step before the first of them is
    computed: on the device their pixels would take tens of GB.

    It writes the weights of some families under the names that they had in its earlier versions,
    but looks for their present names where a run goes on, and only warns of what it did not find:
    the run would go on from its first weights.
    """

    def get_train_dataloader(self) -> Any:
        """Batches in main memory; the step moves each to the device when it computes it."""
        trainer: Any = super()  # the library's own types are incomplete here
        loader = trainer.get_train_dataloader()
        loader.device = None  # what a resumed run skips its first batches with takes it over
        return loader

    def _load_from_checkpoint(
        self, resume_from_checkpoint: str, model: torch.nn.Module | None = None
    ) -> None:
        trainer: Any = self  # the library's own types are incomplete here
        network: Any = trainer.model if model is None else model
        is_whole = isinstance(network, PreTrainedModel) and not trainer.is_fsdp_enabled
        if is_whole:
            network_class = cast("Any", type(network))
            saved = network_class.from_pretrained(
                resume_from_checkpoint, dtype=network.dtype, local_files_only=True
            )
            network.load_state_dict(saved.state_dict())
        else:  # shards or adapters
            super()._load_from_checkpoint(resume_from_checkpoint, model)


def make_trainer(
    model: Any,
    clips: EncodedClips,
    out: Path,
    config: TrainingConfig,
    options: TrainerOptions | None = None,
) -> Trainer:
    """A Trainer for `model` that writes checkpoints and loss curves to the folder `out`.

    Raises:
        ConfigError: `clips_per_step` cannot be shared out over the processes.
        TrainingError: There are no clips, or what is asked for cannot run here.
    """
    options = options or TrainerOptions()
    if trains_on_cuda(config):
        prefer_steady_kernels()
    if not len(clips):
        raise TrainingError("there is no clip to train on; check the sample files")
    pixels = torch.bfloat16 if computes_in_bf16(config) else torch.float32
    return ClipTrainer(
        model=model,
        args=training_arguments(config, out),
        train_dataset=clips,
        data_collator=ClipCollator(_pad_token_id(model), pixels),
        compute_loss_func=ReplyLoss(options.token_weights),
        optimizers=(options.optimizer, options.scheduler),
        callbacks=[TensorBoardEvents(out / "tensorboard"), LossPicture(out / "loss.png")],
    )


def train_to_end(trainer: Any, out: Path) -> None:
    """Train, from the last complete checkpoint in `out` where there is one."""
    checkpoint = last_complete_checkpoint(out)
    try:
        trainer.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)
    finally:
        for callback in trainer.callback_handler.callbacks:
            if isinstance(callback, TensorBoardEvents):
                callback.close()


def training_arguments(config: TrainingConfig, out: Path) -> TrainingArguments:
    """The Trainer's own settings for a stage, on this process's one device.

    Raises:
        ConfigError: `clips_per_step` cannot be shared out over the processes.
        TrainingError: Sharding or liger is asked for and cannot run here.
    """
    require_devices(config)
    on_cuda = trains_on_cuda(config)
    arguments: Any = TrainingArguments(
        output_dir=str(out),
        learning_rate=config.learning_rate,
        lr_scheduler_type="cosine",
        warmup_steps=config.warmup_ratio,
        weight_decay=config.weight_decay,
        max_grad_norm=config.max_grad_norm,
        per_device_train_batch_size=config.clips_per_forward,
        num_train_epochs=config.epochs,
        max_steps=config.max_steps or -1,
        bf16=computes_in_bf16(config),
        activation_checkpointing=config.gradient_checkpointing and not config.fsdp,
        activation_checkpointing_kwargs={"use_reentrant": False},
        fsdp=cast("str", config.fsdp),  # declared as text for a format it no longer takes
        fsdp_config={"activation_checkpointing": config.gradient_checkpointing},
        accelerator_config={"gradient_accumulation_kwargs": _accumulation(config)},
        use_liger_kernel=config.liger,
        # Its fused loss wants logits of all positions; only the learnt ones are computed here.
        liger_kernel_config={"fused_linear_cross_entropy": False} if config.liger else None,
        dataloader_num_workers=config.workers,
        dataloader_pin_memory=on_cuda,
        remove_unused_columns=False,
        save_steps=config.save_every_steps,
        save_total_limit=config.keep_checkpoints,
        logging_steps=config.log_every_steps,
        logging_first_step=True,
        logging_nan_inf_filter=False,
        report_to="none",
        seed=config.seed,
        use_cpu=not on_cuda,
    )
    arguments.gradient_accumulation_steps = config.accumulation_steps(arguments.world_size)
    arguments.dataloader_prefetch_factor = _batches_ahead(config, arguments.world_size)
    _keep_to_one_gpu(arguments)
    return arguments


def _batches_ahead(config: TrainingConfig, num_processes: int) -> int | None:
    """How many batches each worker reads ahead: together the next step's, as far as memory bears.

    The Trainer takes all batches of a step before it computes the first; with less read ahead the
    GPU would wait for most of them.
    """
    if not config.workers:
        return None
    most = CLIPS_AHEAD // config.clips_per_forward
    ahead = min(config.accumulation_steps(num_processes), most)
    return max(_LEAST_AHEAD, ceil(ahead / config.workers))


def _accumulation(config: TrainingConfig) -> dict[str, bool] | None:
    """Shard the gradients of every forward; left to the step's last one, each GPU has them whole.

    Without sharding every process has whole gradients anyway, and sends them once a step.
    """
    return {"sync_each_batch": True} if config.fsdp else None


def trains_on_cuda(config: TrainingConfig) -> bool:
    """Whether a stage runs on a GPU of this machine."""
    return config.device == "auto" and torch.cuda.is_available()


def computes_in_bf16(config: TrainingConfig) -> bool:
    """Whether a stage multiplies in bf16; its weights are float32 all the same."""
    if config.precision == "auto":
        return trains_on_cuda(config) and torch.cuda.is_bf16_supported(including_emulation=False)
    return config.precision == "bf16"


def _keep_to_one_gpu(arguments: Any) -> None:
    """Leave GPUs idle that torchrun has not given a process each.

    The Trainer would split every input over them along its first axis, which is not the clips'
    in positions (3, B, T) and video grids (V, 3), and would multiply the clips per step.
    transformers (5.23) has no public setting against it; its own Trainer sets this field, too.
    """
    if arguments.n_gpu > 1:
        _tell_of_idle_gpus(arguments.n_gpu)
        arguments._n_gpu = 1


@cache  # said once, not for each stage
def _tell_of_idle_gpus(num_gpus: int) -> None:
    logger.warning(
        "training on one of %d GPUs; to train on all start "
        "torchrun --nproc-per-node %d -m app train with the same options",
        num_gpus,
        num_gpus,
    )


def require_devices(config: TrainingConfig) -> None:
    """Make sure that what is asked for can run here, before a model is loaded.

    Raises:
        TrainingError: Sharding or liger is asked for and cannot.
    """
    on_cuda = trains_on_cuda(config)
    if config.fsdp and not on_cuda:
        raise TrainingError(
            "--fsdp shards over CUDA devices; leave it out here, torchrun's processes then keep "
            "whole copies of the weights"
        )
    if config.fsdp and "WORLD_SIZE" not in os.environ:  # which torchrun sets
        raise TrainingError(
            "--fsdp shares the model among the processes that torchrun starts; start this command "
            f"by {in_environment('torchrun')} --nproc-per-node N -m app train, or leave --fsdp out"
        )
    if config.liger and not on_cuda:
        raise TrainingError("liger's kernels need a CUDA device; leave --liger out here")
    if config.liger and find_spec("liger_kernel") is None:
        raise TrainingError(
            f"liger's kernels are not installed; run {in_environment('pip')} install liger-kernel"
        )


def _pad_token_id(model: Any) -> int:
    """Any id will do, since nothing attends to padding and it is never learnt."""
    pad: object = model.config.get_text_config().pad_token_id
    return pad if isinstance(pad, int) else 0
