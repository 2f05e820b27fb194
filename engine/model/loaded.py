"""A model that is ready to run."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, Self, TypeVar

import torch
from torch import Tensor

from engine.model.decoder import Decoder
from engine.model.spread import SpreadDecoder
from engine.model.tower import VisionTower

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from engine.config import StreamingConfig
    from engine.model.checkpoint import Checkpoint
    from engine.model.precision import Precision
    from engine.prompt import ChatLayout, Tokenizer
    from engine.vision import ClipPatches, PatchSpec

DecoderT = TypeVar("DecoderT", bound=Decoder)

_TRANSFORMERS_TOP_K = 50  # what `generate` takes where a checkpoint names none


@dataclass(frozen=True, slots=True)
class GenerationDefaults:
    """A checkpoint's own settings of generation.

    Attributes:
        end_tokens: Ids that end a reply.
        top_k: Candidates kept when sampling.
        top_p: Probability mass kept when sampling.
    """

    end_tokens: frozenset[int]
    top_k: int
    top_p: float

    @classmethod
    def of(cls, config: Any) -> GenerationDefaults:
        """Read transformers' generation settings."""
        ends: int | list[int] | None = config.eos_token_id
        end_tokens = frozenset([ends] if isinstance(ends, int) else ends or ())
        top_k: int | None = config.top_k
        top_p: float | None = config.top_p
        return cls(
            end_tokens,
            _TRANSFORMERS_TOP_K if top_k is None else top_k,
            1.0 if top_p is None else top_p,
        )


@dataclass(frozen=True, eq=False)
class LoadedModel:
    """A checkpoint's network and all that a stream needs to know about it.

    Attributes:
        name: As it was asked for.
        checkpoint: Where it came from.
        network: transformers' own model.
        tokenizer: Its tokenizer.
        chat: The conversation's layout in this tokenizer.
        patches: What its vision tower takes.
        defaults: Its settings of generation.
        precision: What it computes in.
        attention: Which kernels attend.
        layer_devices: Where each of the decoder's layers lies, if on several devices.
    """

    name: str
    checkpoint: Checkpoint
    network: Any
    tokenizer: Tokenizer
    chat: ChatLayout
    patches: PatchSpec
    defaults: GenerationDefaults
    precision: Precision
    attention: str = "sdpa"
    layer_devices: tuple[torch.device, ...] = ()

    @classmethod
    def of(cls, model: LoadedModel) -> Self:
        """The same model as one of this class, over the same weights."""
        return cls(**{part.name: getattr(model, part.name) for part in fields(LoadedModel)})

    @cached_property
    def decoder(self) -> Decoder:
        """The text decoder."""
        return self.make_decoder(SpreadDecoder if self.layer_devices else Decoder)

    @cached_property
    def tower(self) -> VisionTower:
        """The vision tower over the network's weights."""
        return VisionTower(self.network.model.visual, self.checkpoint.family)

    def make_decoder(self, kind: Callable[..., DecoderT]) -> DecoderT:
        """A decoder of the given class over the network's weights.

        Where these lie on several devices, the class must be one of a `SpreadDecoder`.
        """
        if self.layer_devices:
            kind = partial(kind, layer_devices=self.layer_devices)
        return kind(
            self.network.model.language_model,
            self.network.lm_head,
            self.checkpoint.family.frequency_axes,
            attention=self.attention,
        )

    @property
    def device(self) -> torch.device:
        """Where the weights are, or the first of them."""
        return self._embeddings.device

    @property
    def devices(self) -> tuple[torch.device, ...]:
        """All on which there are weights, each once."""
        return tuple(dict.fromkeys((self.device, *self.layer_devices)))

    @property
    def dtype(self) -> torch.dtype:
        """The weights' data type."""
        return self._embeddings.dtype

    @property
    def _embeddings(self) -> Tensor:
        """What says of all weights where and in what they are; a decoder would join them first."""
        weight: Tensor = self.network.model.language_model.embed_tokens.weight
        return weight

    def patches_for(self, config: StreamingConfig) -> PatchSpec:
        """What its vision tower takes, within the stream's own limit on a frame's area."""
        if config.max_pixels is None:
            return self.patches
        smallest = self.patches.factor**2
        largest = max(smallest, min(config.max_pixels, self.patches.max_pixels))
        return replace(
            self.patches,
            max_pixels=largest,
            min_pixels=min(self.patches.min_pixels, largest),
        )

    def embed_clip(self, clip: ClipPatches) -> Tensor:
        """Vision tokens of a clip through the vision tower as loaded.

        Returns:
            (tokens, (1 + K) * E): what goes into the decoder, then what is added behind each of its
            first K layers.
        """
        return self.embed_clips([clip])[0]

    def embed_clips(self, clips: Sequence[ClipPatches]) -> list[Tensor]:
        """Vision tokens of several clips that go through the vision tower together."""
        patches = torch.cat([clip.pixel_values for clip in clips]).to(self.dtype)
        tokens = self.tower(patches, tuple(clip.patch_grid for clip in clips))
        tokens = tokens.to(self.device, self.dtype)
        return list(torch.split(tokens, [clip.num_tokens for clip in clips]))
