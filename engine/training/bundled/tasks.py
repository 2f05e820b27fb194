"""The two stages before the recipe proper: the language model on drills, the tower on glimpses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from engine.model.families import family_of
from engine.model.tower import VisionTower
from engine.training.attention import use_batched_attention
from engine.training.bundled import sight
from engine.training.bundled.drills import Drills, batch, next_token_loss
from engine.vision import patches_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.training.bundled.ahead import MadeAhead
    from engine.training.bundled.vocabulary import HardWords
    from engine.vision import PatchSpec

_HELD_OUT_SEED = 600_000
_HELD_OUT_BATCHES = 4


class DrillTask:
    """Next-token prediction on drills by everything but the vision tower."""

    def __init__(
        self,
        name: str,
        network: Any,
        vocabulary: HardWords,
        make_drills: Callable[[int], Drills],
        batch_size: int,
    ) -> None:
        self.name = name
        self._network, self._vocabulary, self._batch_size = network, vocabulary, batch_size
        self._drills = make_drills(1)
        held_out = make_drills(_HELD_OUT_SEED)
        self._held_out = [
            batch(held_out, index, batch_size, 0) for index in range(_HELD_OUT_BATCHES)
        ]

    @property
    def modules(self) -> dict[str, nn.Module]:
        """The language model; its embeddings are the output layer, too."""
        return {"language": self._network.model.language_model}

    def loss(self, step: int) -> Tensor:
        """Cross-entropy of batch `step`."""
        ids, labels = batch(self._drills, step, self._batch_size, 0)
        return next_token_loss(self._logits(ids), labels, self._vocabulary.weights)

    def report(self) -> dict[str, float]:
        """How often names and scores after colours are right in held-out batches."""
        hits = {"name": torch.zeros(2), "score": torch.zeros(2)}
        for ids, labels in self._held_out:
            right = self._logits(ids)[:, :-1].argmax(-1) == labels[:, 1:]
            for kind, asked in self._vocabulary.asked(ids, labels).items():
                hits[kind] += torch.stack([(right & asked).sum(), asked.sum()])
        return {kind: float(right / asked) for kind, (right, asked) in hits.items() if asked}

    def _logits(self, ids: Tensor) -> Tensor:
        hidden = self._network.model.language_model(input_ids=ids, use_cache=False)
        return self._network.lm_head(hidden.last_hidden_state)


class SightTask:
    """Reading cue, colour and zone off the vision tower's tokens.

    Args:
        network: transformers' model.
        spec: What its tower takes.
        batches: Of `sight.batch`, by step.
    """

    name = "sight"

    def __init__(self, network: Any, spec: PatchSpec, batches: MadeAhead[sight.Batch]) -> None:
        use_batched_attention(network)
        self._module = network.model.visual
        self._tower = VisionTower(
            self._module, family_of(network.config.model_type, "the model in training")
        )
        self._spec = spec
        self._batches = batches
        torch.random.manual_seed(1)  # pyright: ignore[reportUnknownMemberType]
        self._read_out = sight.ReadOut(network.config.text_config.hidden_size)
        self._held_out = [
            sight.batch(_HELD_OUT_SEED, index, 96) for index in range(_HELD_OUT_BATCHES)
        ]

    @property
    def modules(self) -> dict[str, nn.Module]:
        """The tower and the heads that question it."""
        return {"tower": self._module, "read_out_head": self._read_out}

    def loss(self, step: int) -> Tensor:
        """Loss of batch `step`."""
        frames, targets = self._batches[step]
        return sight.read_out_loss(self._answers(frames), targets)

    def report(self) -> dict[str, float]:
        """Share of right answers to each question."""
        right, asked = torch.zeros(3), torch.zeros(3)
        for frames, targets in self._held_out:
            answers = torch.stack([logits.argmax(-1) for logits in self._answers(frames)], 1)
            right += (answers == targets).sum(0)
            asked += (targets != sight.IGNORED).sum(0)
        shares = right / asked
        return {name: float(shares[index]) for index, name in enumerate(("cue", "colour", "zone"))}

    def _answers(self, frames: sight.Frames) -> list[Tensor]:
        clips = [patches_of(pair, self._spec) for pair in frames]
        patches = torch.cat([clip.pixel_values for clip in clips])
        tokens = self._tower(patches, tuple(clip.patch_grid for clip in clips))
        return self._read_out(tokens.reshape(len(frames), -1, tokens.shape[-1]))
