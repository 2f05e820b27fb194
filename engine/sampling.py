"""Choosing the next token from its logits."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from engine.errors import NumericsError
from engine.likeliest import Likeliest

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from engine.config import SamplingConfig
    from engine.model.loaded import GenerationDefaults


class Sampler:
    """Repetition penalty, then temperature, top-k and top-p, as transformers orders them.

    Args:
        config: Settings.
        defaults: The checkpoint's own, for what `config` leaves open.
        silence: Ids with which a silent reply can begin; `talkativeness` counts against them.
        device: Where the logits are.
    """

    def __init__(
        self,
        config: SamplingConfig,
        defaults: GenerationDefaults,
        silence: Iterable[int],
        device: torch.device,
    ) -> None:
        self._config = config
        self._bias_of_silence = -config.talkativeness
        self._top_k = defaults.top_k if config.top_k is None else config.top_k
        self._top_p = defaults.top_p if config.top_p is None else config.top_p
        self._silence = torch.tensor(sorted(set(silence)), device=device)
        self._generator = torch.Generator(device=device)
        self._said = torch.zeros(0, dtype=torch.long, device=device)  # may hold an id twice
        is_greedy = config.temperature == 0 and device.type == "cpu"
        self._likeliest = Likeliest(config.repetition_penalty) if is_greedy else None
        self._is_first = True
        self.restart()

    def restart(self) -> None:
        """Begin the random sequence anew: the same seed gives the same choices again."""
        if self._config.seed is None:
            self._generator.seed()
        else:
            self._generator.manual_seed(self._config.seed)

    def begin_reply(
        self,
        context: Sequence[int],
        *,
        talkativeness: float | None = None,
        must_speak: bool = False,
    ) -> None:
        """Start a reply: every id of the context, whatever its kind, counts as said before.

        Args:
            context: The ids.
            talkativeness: Taken instead of the configured one.
            must_speak: The reply cannot be silent.
        """
        silence = self._config.talkativeness if talkativeness is None else talkativeness
        self._bias_of_silence = float("-inf") if must_speak else -silence
        said = sorted(set(context))
        if self._likeliest is None:
            self._said = torch.tensor(said, device=self._silence.device)
        else:
            self._likeliest.begin(said)
        self._is_first = True

    def choose(self, logits: Tensor) -> int:
        """The next id, from float32 logits (vocabulary,).

        Raises:
            NumericsError: A logit is not finite.
        """
        biased = self._bias(logits)
        if self._likeliest is None:
            token_id, total = self._drawn(logits, biased)
        else:
            token_id, total = self._likeliest.choose(biased.numpy(), logits.numpy())
        if not math.isfinite(total):  # a single logit that is not finite leaves no finite sum
            raise NumericsError(
                "the model gave numbers that are not finite; use dtype 'float32' or 'bfloat16', "
                "or get the checkpoint again, then reset the stream"
            )
        self._is_first = False
        return token_id

    def _drawn(self, logits: Tensor, biased: Tensor) -> tuple[int, float]:
        """As `Likeliest.choose`, on any device and at any temperature."""
        picked = self._pick(self._penalise(biased))
        self._said = torch.cat((self._said, picked.view(1)))
        # The only wait for the device per token: the stop test needs the id, which float32 holds
        # exactly up to 16 million.
        both: Any = torch.stack((picked.float(), logits.sum()))
        token, total = both.tolist()
        return int(token), total

    def _bias(self, logits: Tensor) -> Tensor:
        if not self._is_first or not self._bias_of_silence:
            return logits
        bias = torch.full_like(self._silence, self._bias_of_silence, dtype=logits.dtype)
        return logits.index_add(0, self._silence, bias)

    def _penalise(self, logits: Tensor) -> Tensor:
        if self._config.repetition_penalty == 1:
            return logits
        penalty, scores = self._config.repetition_penalty, logits.index_select(0, self._said)
        choose = torch.minimum if penalty > 1 else torch.maximum  # whichever sign a score has
        return logits.index_copy(0, self._said, choose(scores * penalty, scores / penalty))

    def _pick(self, scores: Tensor) -> Tensor:
        """The chosen id, int64 (), still on the device."""
        if self._config.temperature == 0:
            return scores.argmax()
        scores = _keep_top_p(
            _keep_top_k(scores / self._config.temperature, self._top_k), self._top_p
        )
        # Drawing from numbers that are not finite would end a CUDA program; they are refused later.
        weights = scores.softmax(-1).nan_to_num_(nan=1.0)
        return torch.multinomial(weights, 1, generator=self._generator)[0]


def _keep_top_k(scores: Tensor, top_k: int) -> Tensor:
    if not 0 < top_k < len(scores):
        return scores
    return scores.masked_fill(scores < scores.topk(top_k).values[-1], float("-inf"))


def _keep_top_p(scores: Tensor, top_p: float) -> Tensor:
    if top_p >= 1:
        return scores
    ordered, index = scores.sort(descending=False)
    dropped = ordered.softmax(-1).cumsum(-1) <= 1 - top_p
    dropped[-1:].fill_(False)  # the best always stays; an item would be copied to a device, waiting
    return scores.masked_fill(torch.zeros_like(dropped).scatter(0, index, dropped), float("-inf"))
