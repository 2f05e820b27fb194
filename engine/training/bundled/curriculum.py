"""Trains the bundled model from nothing, in resumable stages; see `engine/training/NOTES.md`.

1. `pair_drills`, `short_drills`, `long_drills`: the language model alone learns names and scores
   from text.
2. `sight`: the vision tower alone learns to see what happened in a second.
3. `clips`: everything together by the paper's recipe, with the trainer that tunes any Qwen-VL.

The first two do not depend on each other and can run side by side, one process each.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import nn
from torch.optim.lr_scheduler import LambdaLR
from transformers import PreTrainedTokenizerFast, Qwen2_5_VLForConditionalGeneration

from engine.cache.positions import PositionRule
from engine.prompt import ChatLayout
from engine.training import attention
from engine.training.bundled import blank
from engine.training.bundled.clips import MatchClips
from engine.training.bundled.drills import (
    LONG,
    SHORT,
    CommentaryDrills,
    Drills,
    PairDrills,
)
from engine.training.bundled.optimizer import MuonWithAdamW
from engine.training.bundled.stage import StageConfig, cosine_share, run_stage
from engine.training.bundled.tasks import DrillTask, SightTask
from engine.training.bundled.vocabulary import HardWords
from engine.training.config import TrainingConfig
from engine.training.dataset import EncodedClips
from engine.training.encode import ClipEncoder
from engine.training.trainer import TrainerOptions, make_trainer, train_to_end
from engine.vision import PatchSpec

SEED = 1
STAGES = ("pair_drills", "short_drills", "long_drills", "sight", "clips")

_DRILLS = {
    "pair_drills": (32, StageConfig(num_steps=300, muon_lr=0.01)),
    "short_drills": (16, StageConfig(num_steps=700, muon_lr=0.008)),
    "long_drills": (6, StageConfig(num_steps=500, muon_lr=0.005)),
}
_FIRST_CLIP_SEED = 100_000  # below 700000, which is for review only
_CLIPS_PER_STEP = 8


def train_stage(name: str, folder: Path) -> None:
    """Run one stage to its end in `folder`, from its last checkpoint where there is one."""
    model, tokenizer = blank.build(SEED)
    blank.save(model, tokenizer, folder / "blank")
    layout = ChatLayout(tokenizer)
    match name:
        case "pair_drills":
            _drill(name, model, layout, lambda seed: PairDrills(layout, seed), folder)
        case "short_drills":
            _restore(model.model.language_model, folder / "pair_drills.pt", "language")
            _drill(name, model, layout, lambda seed: CommentaryDrills(layout, seed, SHORT), folder)
        case "long_drills":
            _restore(model.model.language_model, folder / "short_drills.pt", "language")
            _drill(name, model, layout, lambda seed: CommentaryDrills(layout, seed, LONG), folder)
        case "sight":
            task = SightTask(model, _spec_of(folder / "blank"), batch_size=48)
            run_stage(task, StageConfig(num_steps=2500, muon_lr=0.01), folder)
        case "clips":
            _restore(model.model.language_model, folder / "long_drills.pt", "language")
            _restore(model.model.visual, folder / "sight.pt", "tower")
            _train_clips(model, layout, tokenizer, folder)
        case _:
            raise ValueError(f"no stage {name!r}; there are {', '.join(STAGES)}")


def _drill(
    name: str,
    model: Qwen2_5_VLForConditionalGeneration,
    layout: ChatLayout,
    make_drills: Callable[[int], Drills],
    folder: Path,
) -> None:
    hard_words = HardWords.of(layout, model.config.text_config.vocab_size)
    batch_size, config = _DRILLS[name]
    run_stage(DrillTask(name, model, hard_words, make_drills, batch_size), config, folder)


def _train_clips(
    model: Qwen2_5_VLForConditionalGeneration,
    layout: ChatLayout,
    tokenizer: PreTrainedTokenizerFast,
    folder: Path,
    num_steps: int = 1200,
) -> None:
    attention.register()
    model.model.visual.config._attn_implementation = attention.NAME
    encoder = ClipEncoder(layout, _spec_of(folder / "blank"), PositionRule(time_step=2.0))
    clips = EncodedClips(MatchClips(num_steps * _CLIPS_PER_STEP, _FIRST_CLIP_SEED), encoder)
    optimizer = MuonWithAdamW(model.named_parameters(), muon_lr=0.004, adamw_lr=1e-3)
    options = TrainerOptions(
        optimizer,
        LambdaLR(optimizer, lambda step: cosine_share(step, num_steps)),
        HardWords.of(layout, model.config.text_config.vocab_size).as_dict(),
    )
    config = TrainingConfig(
        clips_per_step=_CLIPS_PER_STEP,
        clips_per_forward=2,
        max_steps=num_steps,
        precision="bf16",
        gradient_checkpointing=False,
        workers=1,
        save_every_steps=25,
        device="cpu",
    )
    train_to_end(make_trainer(model, clips, folder / "clips", config, options), folder / "clips")
    blank.save(model, tokenizer, folder / "model")


def _restore(module: nn.Module, checkpoint: Path, part: str) -> None:
    module.load_state_dict(torch.load(checkpoint, weights_only=True)["modules"][part])


def _spec_of(folder: Path) -> PatchSpec:
    settings: dict[str, Any] = json.loads(
        (folder / "preprocessor_config.json").read_text(encoding="utf-8")
    )
    return PatchSpec(
        settings["patch_size"],
        settings["temporal_patch_size"],
        settings["merge_size"],
        tuple(settings["image_mean"]),
        tuple(settings["image_std"]),
        settings["min_pixels"],
        settings["max_pixels"],
    )
