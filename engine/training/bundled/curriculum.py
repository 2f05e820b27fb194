"""Trains the bundled model from nothing, in resumable stages; see `engine/training/NOTES.md`.

1. `pair_drills`, `tally_drills`, `goal_drills`, `short_drills`, `long_drills`: the language model
   alone learns names and scores from text.
2. `sight`: the vision tower alone learns to see what happened in a second.
3. `glances`: the language model learns to read the tower's tokens, on clips of a second.
4. `clips`: the paper's recipe on long clips, with the trainer that tunes any Qwen-VL.
5. `kept`: replies on the states that a stream's memory keeps; see `kept.py`.
6. `kept_on`: the same on further matches, from its weights, at half the rate.
7. `kept_true`: the same once more, with half of the scores told as they are.
8. `kept_young`: and half of the matches whole until their first goal.

Drills and sight do not depend on each other and can run side by side, one process each.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import torch

from engine import load_model
from engine.cache.positions import PositionRule
from engine.model.precision import is_bfloat16_quick
from engine.prompt import ChatLayout
from engine.training.attention import use_batched_attention, use_stock_attention
from engine.training.bundled import blank, sight
from engine.training.bundled.ahead import MadeAhead
from engine.training.bundled.clips import MatchClips, MatchGlances
from engine.training.bundled.drills import (
    LONG,
    SHORT,
    CommentaryDrills,
    GoalDrills,
    PairDrills,
    TallyDrills,
)
from engine.training.bundled.kept import KeptLessons, KeptTask
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
    from engine.training.bundled.stage import Task
    from engine.training.dataset import Clips

SEED = 1


@dataclass(frozen=True, slots=True)
class _Drill:
    """A stage on text alone, from the weights of the stage `after`."""

    after: str | None
    batch_size: int
    config: StageConfig
    make: Callable[[ChatLayout, int, HardWords], Drills]


_DRILLS = {
    "pair_drills": _Drill(
        None,
        16,
        StageConfig(num_steps=300, adamw_lr=1e-3),
        lambda layout, seed, _words: PairDrills(layout, seed),
    ),
    "tally_drills": _Drill(
        "pair_drills",
        16,
        StageConfig(num_steps=200, adamw_lr=1e-3),
        lambda layout, seed, _words: TallyDrills(layout, seed),
    ),
    "goal_drills": _Drill(
        "tally_drills",
        16,
        StageConfig(num_steps=200, adamw_lr=1e-3),
        lambda layout, seed, words: GoalDrills(layout, seed, words.looked_up),
    ),
    "short_drills": _Drill(
        "goal_drills",
        16,
        StageConfig(num_steps=200, adamw_lr=1e-3),
        lambda layout, seed, _words: CommentaryDrills(layout, seed, SHORT),
    ),
    "long_drills": _Drill(
        "short_drills",
        4,
        StageConfig(num_steps=150, adamw_lr=1e-3),
        lambda layout, seed, _words: CommentaryDrills(layout, seed, LONG),
    ),
}


@dataclass(frozen=True, slots=True)
class _Kept:
    """A stage on kept states, from the weights of the stage `after`, on matches of its own."""

    after: str
    config: StageConfig
    lessons: KeptLessons


_KEPT = {
    "kept": _Kept(
        "clips", StageConfig(num_steps=1000, adamw_lr=4e-4), KeptLessons(first_seed=500_000)
    ),
    "kept_on": _Kept(
        "kept", StageConfig(num_steps=1000, adamw_lr=2e-4), KeptLessons(first_seed=550_000)
    ),
    "kept_true": _Kept(
        "kept_on",
        StageConfig(num_steps=800, adamw_lr=2e-4),
        KeptLessons(first_seed=580_000, leaping_share=0.5),
    ),
    "kept_young": _Kept(
        "kept_true",
        StageConfig(num_steps=700, adamw_lr=2e-4),
        KeptLessons(first_seed=585_000, leaping_share=0.5, are_openings_whole=True),
    ),
}
_GLIMPSES = 48  # per step
_SIGHT = StageConfig(num_steps=1600, adamw_lr=2e-3, muon_lr=0.01)
# Below 600000, where what is held out begins, and 700000, which is for review only.
_FIRST_CLIP_SEED, _FIRST_GLANCE_SEED = 100_000, 200_000
_CLIPS = TrainingConfig(
    learning_rate=8e-4,
    warmup_ratio=0.03,
    clips_per_step=4,
    clips_per_forward=2,
    max_steps=400,
    gradient_checkpointing=False,
    workers=1,
    save_every_steps=50,
    log_every_steps=10,
    device="cpu",
)
_GLANCES = replace(
    _CLIPS, learning_rate=1e-3, clips_per_step=48, clips_per_forward=48, max_steps=400
)
STAGES = (*_DRILLS, "sight", "glances", "clips", *_KEPT)


@dataclass(frozen=True, eq=False)
class Apprentice:
    """The model in training and where its stages leave their checkpoints.

    Attributes:
        in_bf16: Matrix products are in bfloat16, for processors that are quicker so.
    """

    network: Any
    tokenizer: Any
    folder: Path
    in_bf16: bool

    @classmethod
    def new(cls, folder: Path) -> Apprentice:
        """With the random weights that every run begins with."""
        return cls(*blank.build(SEED), folder, is_bfloat16_quick())

    def train(self, stage: str) -> None:
        """Run one stage to its end, from its last checkpoint where there is one.

        Raises:
            ValueError: There is no such stage.
        """
        match stage:
            case _ if stage in _DRILLS:
                self._drill(stage, _DRILLS[stage])
            case "sight":
                with MadeAhead(partial(sight.batch, 1, size=_GLIMPSES)) as batches:
                    self._run(SightTask(self.network, blank.PATCHES, batches), _SIGHT)
            case "glances":
                self._restore(self.network.model.language_model, "long_drills", "language")
                self._restore(self.network.model.visual, "sight", "tower")
                self._tune(stage, MatchGlances(_size(_GLANCES), _FIRST_GLANCE_SEED), _GLANCES)
            case "clips":
                self._restore(self.network, "glances", "network")
                clips = MatchClips(_size(_CLIPS), _FIRST_CLIP_SEED)
                self._tune(stage, clips, _CLIPS, self._hard_words.looked_up)
            case _ if stage in _KEPT:
                self._keep(stage, _KEPT[stage])
            case _:
                raise ValueError(f"no stage {stage!r}; there are {', '.join(STAGES)}")

    def _keep(self, stage: str, kept: _Kept) -> None:
        """Train the network as the engine loads it, so that streams use its weights as they are."""
        self._restore(self.network, kept.after, "network")
        learner = self.folder / "learner"
        blank.save(self.network, self.tokenizer, learner)
        model = load_model(str(learner), device="cpu", dtype="float32")
        use_batched_attention(model.network)
        run_stage(KeptTask(stage, model, kept.lessons), kept.config, self.folder)
        use_stock_attention(model.network)
        blank.save(model.network.to(torch.bfloat16), self.tokenizer, self.folder / "model")

    def _drill(self, stage: str, drill: _Drill) -> None:
        if drill.after is not None:
            self._restore(self.network.model.language_model, drill.after, "language")
        layout, words = ChatLayout(self.tokenizer), self._hard_words
        task = DrillTask(
            stage,
            self.network,
            words,
            lambda seed: drill.make(layout, seed, words),
            drill.batch_size,
        )
        self._run(task, drill.config)

    def _run(self, task: Task, config: StageConfig) -> None:
        run_stage(task, replace(config, in_bf16=self.in_bf16), self.folder)

    def _tune(
        self,
        stage: str,
        clips: Clips,
        config: TrainingConfig,
        learnt_in_previous: frozenset[int] = frozenset(),
    ) -> None:
        """Train all but the tower (as in the paper) on clips, with the trainer that users have."""
        self.network.model.visual.requires_grad_(False)
        use_batched_attention(self.network)
        encoder = ClipEncoder(
            ChatLayout(self.tokenizer),
            blank.PATCHES,
            PositionRule(time_step=2.0),
            learnt_in_previous=learnt_in_previous,
        )
        options = TrainerOptions(token_weights=self._hard_words.as_dict())
        config = replace(config, precision="bf16" if self.in_bf16 else "float32")
        out = self.folder / stage
        trainer = make_trainer(self.network, EncodedClips(clips, encoder), out, config, options)
        train_to_end(trainer, out)
        use_stock_attention(self.network)
        self.network.config.use_cache = True
        state = {"modules": {"network": self.network.state_dict()}}
        torch.save(state, self.folder / f"{stage}.pt")

    @property
    def _hard_words(self) -> HardWords:
        return HardWords.of(ChatLayout(self.tokenizer), self.network.config.text_config.vocab_size)

    def _restore(self, module: nn.Module, stage: str, part: str) -> None:
        checkpoint = torch.load(self.folder / f"{stage}.pt", weights_only=True)
        module.load_state_dict(checkpoint["modules"][part])


def _size(config: TrainingConfig) -> int:
    """How many clips a stage sees, each once."""
    return (config.max_steps or 0) * config.clips_per_step
