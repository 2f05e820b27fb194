"""How far coarser numbers lead a model astray: what each would have said, token for token."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from engine.config import LIKELIEST, StreamingConfig
from engine.match import MatchStream
from engine.model import LoadedModel
from engine.model.decoder import Decoder
from engine.model.spread import SpreadDecoder
from engine.stream import CommentaryStream

if TYPE_CHECKING:
    from collections.abc import Iterator

    from torch import Tensor

    from engine.vision.frames import Frames

NUM_TOKENS = 500
_MOST_ROUNDS = 1000
_SEED = 1


@dataclass(frozen=True, slots=True)
class Agreement:
    """One precision beside the reference.

    Attributes:
        precision, reference: Their names.
        num_tokens: Forced tokens that were compared.
        same_choice: Share of them at which both would have chosen the same one.
        lost_log_probability: How much less, on average, it believes in the reference's choice.
    """

    precision: str
    reference: str
    num_tokens: int
    same_choice: float
    lost_log_probability: float


class ListeningDecoder(Decoder):
    """Keeps what it believed at every token that it was asked for.

    Attributes:
        heard: Logarithms of probabilities, float32 (vocabulary,) each, in the processor's memory.
    """

    def __init__(self, *parts: Any, **settings: Any) -> None:
        super().__init__(*parts, **settings)
        self.heard: list[Tensor] = []

    def logits(self, output: Tensor) -> Tensor:
        logits = super().logits(output)
        self.heard.append(logits.log_softmax(-1).cpu())
        return logits


class SpreadListeningDecoder(ListeningDecoder, SpreadDecoder):
    """The same with layers on several devices."""


class ListeningModel(LoadedModel):
    """The same model, run by a `ListeningDecoder`."""

    @cached_property
    def decoder(self) -> ListeningDecoder:
        """The text decoder."""
        return self.make_decoder(SpreadListeningDecoder if self.layer_devices else ListeningDecoder)


@dataclass(frozen=True, slots=True, eq=False)
class Speech:
    """What the reference said.

    Attributes:
        replies: Its tokens, round by round.
        believed: Logarithms of probabilities at each, float32 (tokens, vocabulary).
    """

    replies: tuple[tuple[int, ...], ...]
    believed: Tensor


def let_speak(reference: LoadedModel) -> Speech:
    """Let a model comment on a match until it has said enough."""
    model = ListeningModel.of(reference)
    stream = _stream(model)
    replies: list[tuple[int, ...]] = []
    for frames in _frames(stream.config):
        if len(model.decoder.heard) >= NUM_TOKENS or len(replies) >= _MOST_ROUNDS:
            break
        replies.append(stream.step(frames).token_ids)
    return Speech(tuple(replies), torch.stack(model.decoder.heard))


def compare(other: LoadedModel, name: str, reference: str, speech: Speech) -> Agreement:
    """Force the same words on a model in another precision, and see what it would have said."""
    model = ListeningModel.of(other)
    stream = _stream(model)
    for frames, ids in zip(_frames(stream.config), speech.replies, strict=False):
        stream.step(frames, forced_reply=ids)
    choices = speech.believed.argmax(-1)
    heard = torch.stack(model.decoder.heard)
    lost = (speech.believed - heard).gather(1, choices[:, None]).mean()
    same = (heard.argmax(-1) == choices).float().mean()
    return Agreement(name, reference, len(choices), float(same), float(lost))


def _stream(model: LoadedModel) -> CommentaryStream:
    introduction = MatchStream(_SEED).introduction
    return CommentaryStream(model, StreamingConfig(), LIKELIEST, previous_text=introduction)


def _frames(config: StreamingConfig) -> Iterator[Frames]:
    """Chunks of a match, without end."""
    match, index = MatchStream(_SEED), 0
    while True:
        times = (index + frame / config.sample_fps for frame in range(config.frames_per_chunk))
        yield np.stack([match.frame_at(time_s) for time_s in times])
        index += 1
