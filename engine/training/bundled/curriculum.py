"""Trains the bundled model from nothing, in resumable stages; see `engine/training/NOTES.md`.

1. `pair_drills`, `short_drills`, `long_drills`: the language model alone learns names and scores
   from text.
2. `sight`: the vision tower alone learns to see what happened in a second.
3. `glances`: the language model learns to read the tower's tokens, on clips of a second.
4. `clips`: the paper's recipe on long clips, with the trainer that tunes any Qwen-VL.
5. `polish`: the same, more slowly, on more of what is rare in a match.

Drills and sight do not depend on each other and can run side by side, one process each.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import torch

from engine.cache.positions import PositionRule
from engine.match.events import EventKind
from engine.prompt import ChatLayout
from engine.training.attention import use_batched_attention, use_stock_attention
from engine.training.bundled import blank
from engine.training.bundled.clips import MatchClips, MatchGlances
from engine.training.bundled.drills import (
    LONG,
    SHORT,
    CommentaryDrills,
    GoalDrills,
    PairDrills,
    TallyDrills,
)
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
    from engine.training.dataset import Clips

SEED = 1
STAGES = (
    "pair_drills",
    "tally_drills",
    "goal_drills",
    "short_drills",
    "long_drills",
    "sight",
    "glances",
    "clips",
    "polish",
)

_DRILLS = {
    "pair_drills": (16, StageConfig(num_steps=300, adamw_lr=1e-3)),
    "tally_drills": (16, StageConfig(num_steps=200, adamw_lr=1e-3)),
    "goal_drills": (16, StageConfig(num_steps=200, adamw_lr=1e-3)),
    "short_drills": (16, StageConfig(num_steps=200, adamw_lr=1e-3)),
    "long_drills": (4, StageConfig(num_steps=150, adamw_lr=1e-3)),
}
_GLIMPSES = 48  # per step
_SIGHT = StageConfig(num_steps=1600, adamw_lr=2e-3, muon_lr=0.01)
# Below 600000, where what is held out begins, and 700000, which is for review only.
_FIRST_CLIP_SEED, _FIRST_GLANCE_SEED, _FIRST_POLISH_SEED = 100_000, 200_000, 300_000
_RARE = (EventKind.GOAL, EventKind.HALF_TIME, EventKind.SAVE, EventKind.WIDE, EventKind.SHOT)
_CLIPS = TrainingConfig(
    learning_rate=8e-4,
    warmup_ratio=0.03,
    clips_per_step=4,
    clips_per_forward=2,
    max_steps=800,
    precision="bf16",
    gradient_checkpointing=False,
    workers=1,
    save_every_steps=50,
    log_every_steps=10,
    device="cpu",
)
_GLANCES = replace(
    _CLIPS, learning_rate=1e-3, clips_per_step=48, clips_per_forward=48, max_steps=400
)
_POLISH = replace(_CLIPS, learning_rate=5e-4, max_steps=300)


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
                self._drill(stage, layout, lambda seed: PairDrills(layout, seed))
            case "tally_drills":
                self._restore(self.network.model.language_model, "pair_drills", "language")
                self._drill(stage, layout, lambda seed: TallyDrills(layout, seed))
            case "goal_drills":
                self._restore(self.network.model.language_model, "tally_drills", "language")
                looked_up = self._hard_words(layout).looked_up
                self._drill(stage, layout, lambda seed: GoalDrills(layout, seed, looked_up))
            case "short_drills":
                self._restore(self.network.model.language_model, "goal_drills", "language")
                self._drill(stage, layout, lambda seed: CommentaryDrills(layout, seed, SHORT))
            case "long_drills":
                self._restore(self.network.model.language_model, "short_drills", "language")
                self._drill(stage, layout, lambda seed: CommentaryDrills(layout, seed, LONG))
            case "sight":
                run_stage(SightTask(self.network, blank.PATCHES, _GLIMPSES), _SIGHT, self.folder)
            case "glances":
                self._restore(self.network.model.language_model, "long_drills", "language")
                self._restore(self.network.model.visual, "sight", "tower")
                self.network.model.visual.requires_grad_(False)
                glances = MatchGlances(_size(_GLANCES), _FIRST_GLANCE_SEED)
                self._tune(stage, layout, glances, _GLANCES)
            case "clips":
                self._restore(self.network, "glances", "network")
                self.network.model.visual.requires_grad_(False)  # as in the paper
                clips = MatchClips(_size(_CLIPS), _FIRST_CLIP_SEED)
                self._tune(stage, layout, clips, _CLIPS, self._hard_words(layout).looked_up)
            case "polish":
                self._restore(self.network, "clips", "network")
                self.network.model.visual.requires_grad_(False)
                clips = MatchClips(_size(_POLISH), _FIRST_POLISH_SEED, laid_around=_RARE)
                self._tune(stage, layout, clips, _POLISH, self._hard_words(layout).looked_up)
                blank.save(self.network.to(torch.bfloat16), self.tokenizer, self.folder / "model")
            case _:
                raise ValueError(f"no stage {stage!r}; there are {', '.join(STAGES)}")

    def _drill(self, stage: str, layout: ChatLayout, make_drills: Callable[[int], Drills]) -> None:
        batch_size, config = _DRILLS[stage]
        hard_words = self._hard_words(layout)
        task = DrillTask(stage, self.network, hard_words, make_drills, batch_size)
        run_stage(task, config, self.folder)

    def _tune(
        self,
        stage: str,
        layout: ChatLayout,
        clips: Clips,
        config: TrainingConfig,
        learnt_in_previous: frozenset[int] = frozenset(),
    ) -> None:
        """Train on clips with the trainer that users have."""
        use_batched_attention(self.network)
        encoder = ClipEncoder(
            layout,
            blank.PATCHES,
            PositionRule(time_step=2.0),
            learnt_in_previous=learnt_in_previous,
        )
        options = TrainerOptions(token_weights=self._hard_words(layout).as_dict())
        out = self.folder / stage
        trainer = make_trainer(self.network, EncodedClips(clips, encoder), out, config, options)
        train_to_end(trainer, out)
        use_stock_attention(self.network)
        self.network.config.use_cache = True
        state = {"modules": {"network": self.network.state_dict()}}
        torch.save(state, self.folder / f"{stage}.pt")

    def _hard_words(self, layout: ChatLayout) -> HardWords:
        return HardWords.of(layout, self.network.config.text_config.vocab_size)

    def _restore(self, module: nn.Module, stage: str, part: str) -> None:
        checkpoint = torch.load(self.folder / f"{stage}.pt", weights_only=True)
        module.load_state_dict(checkpoint["modules"][part])


def _size(config: TrainingConfig) -> int:
    """How many clips a stage sees, each once."""
    return (config.max_steps or 0) * config.clips_per_step
