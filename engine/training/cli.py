"""`kibitz train`: tune a model on training samples. Nothing heavy loads until it runs."""

from __future__ import annotations

import argparse
import os
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from engine.command_line import say
from engine.config import StreamingConfig
from engine.errors import EngineError
from engine.extras import how_to_install
from engine.training.config import (
    Device,
    Precision,
    RunConfig,
    Stage,
    TrainingConfig,
    TuningConfig,
)

if TYPE_CHECKING:
    from engine.data.samples import OnMalformed

EXIT_INTERRUPTED = 130

_DESCRIPTION = """\
Tunes a Qwen2-VL, Qwen2.5-VL or Qwen3-VL checkpoint on training samples: supervised fine-tuning with
full attention on short clips, video and words interleaved chunk by chunk, loss on the spoken words,
the silence marker and the end of each turn. The tuned model is a checkpoint folder that runs at
once: kibitz run SOURCE --model OUT/stage-1/model

Interrupt it whenever you like: the same command goes on from the last checkpoint.
"""

_EXAMPLES = """\
examples:
  one graphics processor, adapters on the language model:
    kibitz train --model Qwen/Qwen2.5-VL-3B-Instruct --data clips.jsonl --out run \\
        --lora-rank 32 --learning-rate 1e-4 --clips-per-step 32
  both stages of the paper, 8 graphics processors:
    .venv/bin/torchrun --nproc-per-node 8 -m app train --fsdp \\
        --model Qwen/Qwen2.5-VL-7B-Instruct \\
        --data clips.jsonl --annealing-data annealing.jsonl --video-root videos --out run
  a first try in minutes, on any machine, with the bundled model:
    kibitz train --model bundled --data clips.jsonl --out try --max-steps 20 --clips-per-step 4

The page Training of the help (assets/help/training.md) leads from raw videos to a tuned model.
Defaults are the paper's.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `kibitz train`."""
    parser.description = _DESCRIPTION
    parser.epilog = _EXAMPLES
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    _add_run(parser)
    _add_tuning(parser)
    _add_optimization(parser)
    _add_encoding(parser)
    _add_machine(parser)
    _add_checkpoints(parser)


def run(args: argparse.Namespace) -> int:
    """Train; return the exit status.

    Raises:
        EngineError: It cannot be done; the message says why. Checkpoints so far are kept.
    """
    config = run_config(args)
    _require_packages()
    from engine.training.runs import run_training

    try:
        model = run_training(config, _say_once)
    except KeyboardInterrupt:
        say("stopped; the same command goes on from the last checkpoint")
        return EXIT_INTERRUPTED
    _say_once(f"the tuned model is in {model}")
    return 0


def _say_once(message: str) -> None:
    """Of torchrun's processes the first speaks for all."""
    if os.environ.get("RANK", "0") == "0":
        say(message)


def run_config(args: argparse.Namespace) -> RunConfig:
    """The settings that parsed arguments ask for.

    Raises:
        ConfigError: A value is out of its range.
    """
    values = vars(args)
    training = TrainingConfig(**_of(TrainingConfig, values))
    stages = [Stage(tuple(args.data), training)]
    if args.annealing_data:
        annealing = replace(
            training,
            learning_rate=_given(args.annealing_learning_rate, training.learning_rate),
            epochs=_given(args.annealing_epochs, training.epochs),
        )
        stages.append(Stage(tuple(args.annealing_data), annealing))
    on_malformed: OnMalformed = "skip" if args.on_bad_line == "skip" else "fail"
    return RunConfig(
        model=args.model,
        out=args.out,
        stages=tuple(stages),
        video_folder=args.video_root,
        tuning=TuningConfig(**_of(TuningConfig, values)),
        streaming=StreamingConfig(**_of(StreamingConfig, values)),
        on_malformed=on_malformed,
    )


def _given(value: float | None, otherwise: float) -> float:
    """The value, 0 too, if there is one."""
    return otherwise if value is None else value


def _of(config: type, values: dict[str, Any]) -> dict[str, Any]:
    """Those of the values that are fields of a config."""
    return {field.name: values[field.name] for field in fields(config) if field.name in values}


def _require_packages() -> None:
    from importlib.util import find_spec

    needed = ("accelerate", "matplotlib", "peft", "tensorboard")
    missing = [name for name in needed if find_spec(name) is None]
    if missing:
        raise EngineError(
            f"training needs the packages {', '.join(missing)}: {how_to_install('train')}"
        )


def _add_run(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("what is trained on what")
    group.add_argument(
        "--model", required=True, help='checkpoint folder, hub id, or "bundled", to start from'
    )
    group.add_argument(
        "--data", required=True, nargs="+", type=Path, metavar="FILE", help="training samples"
    )
    group.add_argument(
        "--annealing-data",
        nargs="+",
        type=Path,
        metavar="FILE",
        help="samples of a second stage, which goes on from the first one's model",
    )
    group.add_argument(
        "--video-root",
        type=Path,
        default=Path(),
        metavar="DIR",
        help="where relative paths of videos begin (default: here)",
    )
    group.add_argument("--out", required=True, type=Path, metavar="DIR", help="folder of the run")
    group.add_argument(
        "--on-bad-line",
        default="stop",
        choices=["stop", "skip"],
        help="malformed samples and unreadable videos are named, then this is done",
    )


def _add_tuning(parser: argparse.ArgumentParser) -> None:
    default = TuningConfig()
    group = parser.add_argument_group("which weights learn")
    group.add_argument(
        "--train-vision", action="store_true", help="the vision tower, too (default: frozen)"
    )
    group.add_argument(
        "--lora-rank",
        type=int,
        default=default.lora_rank,
        help="low-rank adapters on the language model instead of its weights; they are merged in "
        "the end (default: off)",
    )
    group.add_argument("--lora-alpha", type=int, help="scale of the adapters (default: 2 * rank)")


def _add_optimization(parser: argparse.ArgumentParser) -> None:
    default = TrainingConfig()
    group = parser.add_argument_group("optimization")
    for flag, kind, text in (
        ("--learning-rate", float, "at its peak; it falls as a cosine"),
        ("--warmup-ratio", float, "share of the steps in which it rises"),
        ("--weight-decay", float, "of AdamW"),
        ("--max-grad-norm", float, "gradients longer than this are cut"),
        ("--clips-per-step", int, "clips per optimizer step, over all processes"),
        ("--clips-per-forward", int, "clips that a process holds at once; more need more memory"),
        ("--epochs", float, "how often each clip is seen"),
        ("--seed", int, "of the order of clips"),
    ):
        value = getattr(default, flag[2:].replace("-", "_"))
        group.add_argument(flag, type=kind, default=value, help=f"{text} (default: {value})")
    group.add_argument(
        "--max-steps", type=int, help="end after so many steps, whatever --epochs says"
    )
    group.add_argument("--annealing-learning-rate", type=float, help="default: as before")
    group.add_argument("--annealing-epochs", type=float, help="default: as before")


def _add_encoding(parser: argparse.ArgumentParser) -> None:
    default = StreamingConfig()
    group = parser.add_argument_group("how clips are encoded (stream with the same)")
    for flag, kind, text in (
        ("--sample-fps", float, "frames per second"),
        ("--chunk-s", float, "seconds per turn"),
        ("--sink-tokens", int, "tokens kept at the head of the previous text"),
        ("--previous-text-tokens", int, "tokens kept at its tail"),
    ):
        value = getattr(default, flag[2:].replace("-", "_"))
        group.add_argument(flag, type=kind, default=value, help=f"{text} (default: {value})")
    group.add_argument(
        "--max-pixels", type=int, help="largest area of a frame (default: the checkpoint's own)"
    )


def _add_machine(parser: argparse.ArgumentParser) -> None:
    default = TrainingConfig()
    group = parser.add_argument_group("machine")
    group.add_argument(
        "--precision",
        default=default.precision,
        choices=get_args(Precision),
        help="of products; weights stay float32 (default: bf16 where CUDA has it)",
    )
    group.add_argument(
        "--no-gradient-checkpointing",
        dest="gradient_checkpointing",
        action="store_false",
        help="keep activations: quicker, needs much more memory",
    )
    group.add_argument(
        "--fsdp", action="store_true", help="shard over the processes of torchrun (FSDP2)"
    )
    group.add_argument("--liger", action="store_true", help="liger's CUDA kernels")
    group.add_argument(
        "--workers",
        type=int,
        default=default.workers,
        help=f"processes that read videos, per training process (default: {default.workers})",
    )
    group.add_argument("--device", default=default.device, choices=get_args(Device))


def _add_checkpoints(parser: argparse.ArgumentParser) -> None:
    default = TrainingConfig()
    group = parser.add_argument_group("checkpoints and curves")
    for flag, text in (
        ("--save-every-steps", "steps between checkpoints"),
        ("--keep-checkpoints", "checkpoints that stay"),
        ("--log-every-steps", "steps between points of the loss curve"),
    ):
        value = getattr(default, flag[2:].replace("-", "_"))
        group.add_argument(flag, type=int, default=value, help=f"{text} (default: {value})")
