"""Trains the bundled model from nothing, in resumable stages; see `engine/training/NOTES.md`.

1. `pair_drills`, `short_drills`, `long_drills`: the language model alone learns names and scores
   from text.
2. `sight`: the vision tower alone learns to see what happened in a second.
3. `clips`: everything together by the paper's recipe, with the trainer that tunes any Qwen-VL.

The first two do not depend on each other and can run side by side, one process each.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch

from engine.cache.positions import PositionRule
from engine.prompt import ChatLayout
from engine.training.attention import use_batched_attention, use_stock_attention
from engine.training.bundled import blank
from engine.training.bundled.clips import MatchClips
from engine.training.bundled.drills import LONG, SHORT, CommentaryDrills, PairDrills
from engine.training.bundled.stage import StageConfig, run_stage
from engine.training.bundled.tasks import DrillTask, SightTask
from engine.training.bundled.vocabulary import HardWords
from engine.training.config import TrainingConfig
from engine.training.dataset import EncodedClips
from engine.training.encode import ClipEncoder
from engine.training.trainer import TrainerOptions, make_trainer, train_to_end

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from torch import nn

    from engine.training.bundled.drills import Drills

SEED = 1
STAGES = ("pair_drills", "short_drills", "long_drills", "sight", "clips")

_DRILLS = {
    "pair_drills": (16, StageConfig(num_steps=300, adamw_lr=1e-3)),
    "short_drills": (16, StageConfig(num_steps=300, adamw_lr=1e-3)),
    "long_drills": (4, StageConfig(num_steps=150, adamw_lr=1e-3)),
}
_GLIMPSES = 48  # per step
_SIGHT = StageConfig(num_steps=1600, adamw_lr=2e-3, muon_lr=0.01)
_FIRST_CLIP_SEED = 100_000  # below 700000, which is for review only
_CLIP_STEPS = 1300
_CLIPS = TrainingConfig(
    learning_rate=8e-4,
    warmup_ratio=0.03,
    clips_per_step=4,
    clips_per_forward=2,
    max_steps=_CLIP_STEPS,
    precision="bf16",
    gradient_checkpointing=False,
    workers=1,
    save_every_steps=50,
    log_every_steps=10,
    device="cpu",
)


@dataclass(frozen=True, eq=False)
class Apprentice:
    """The model in training and where its stages leave their checkpoints."""

    network: Any
    tokenizer: Any
    folder: Path

    @classmethod
    def new(cls, folder: Path) -> Apprentice:
        """With the random weights that every run begins with."""
        return cls(*blank.build(SEED), folder)

    def train(self, stage: str) -> None:
        """Run one stage to its end, from its last checkpoint where there is one.

        Raises:
            ValueError: There is no such stage.
        """
        layout = ChatLayout(self.tokenizer)
        match stage:
            case "pair_drills":
                self._drill(stage, lambda seed: PairDrills(layout, seed))
            case "short_drills":
                self._restore(self.network.model.language_model, "pair_drills", "language")
                self._drill(stage, lambda seed: CommentaryDrills(layout, seed, SHORT))
            case "long_drills":
                self._restore(self.network.model.language_model, "short_drills", "language")
                self._drill(stage, lambda seed: CommentaryDrills(layout, seed, LONG))
            case "sight":
                run_stage(SightTask(self.network, blank.PATCHES, _GLIMPSES), _SIGHT, self.folder)
            case "clips":
                self._restore(self.network.model.language_model, "long_drills", "language")
                self._restore(self.network.model.visual, "sight", "tower")
                self._train_clips(layout)
            case _:
                raise ValueError(f"no stage {stage!r}; there are {', '.join(STAGES)}")

    def _drill(self, stage: str, make_drills: Callable[[int], Drills]) -> None:
        batch_size, config = _DRILLS[stage]
        hard_words = self._hard_words(ChatLayout(self.tokenizer))
        task = DrillTask(stage, self.network, hard_words, make_drills, batch_size)
        run_stage(task, config, self.folder)

    def _train_clips(self, layout: ChatLayout) -> None:
        use_batched_attention(self.network)
        encoder = ClipEncoder(layout, blank.PATCHES, PositionRule(time_step=2.0))
        clips = MatchClips(_CLIP_STEPS * _CLIPS.clips_per_step, _FIRST_CLIP_SEED)
        options = TrainerOptions(token_weights=self._hard_words(layout).as_dict())
        out = self.folder / "clips"
        trainer = make_trainer(self.network, EncodedClips(clips, encoder), out, _CLIPS, options)
        train_to_end(trainer, out)
        use_stock_attention(self.network)
        blank.save(self.network.to(torch.bfloat16), self.tokenizer, self.folder / "model")

    def _hard_words(self, layout: ChatLayout) -> HardWords:
        return HardWords.of(layout, self.network.config.text_config.vocab_size)

    def _restore(self, module: nn.Module, stage: str, part: str) -> None:
        checkpoint = torch.load(self.folder / f"{stage}.pt", weights_only=True)
        module.load_state_dict(checkpoint["modules"][part])
