"""The decoder's two kinds of steps on a cache of a given length, beside the same products bare."""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

from engine.bench.bare import BareDecoder
from engine.bench.samples import Samples, time_in_turns
from engine.bench.settings import GREEDY
from engine.cache.store import KVStore
from engine.sampling import Sampler

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.bench.standing import SkippingModel
    from engine.config import SamplingConfig

_MOST_TURNS = 1000


@dataclass(frozen=True, slots=True)
class Comparison:
    """A step of the engine, and its bare products, measured in turns.

    Attributes:
        engine, bare: Times.
        num_new, num_stored: Tokens that are run, and that the cache holds then.
        num_layers: Of the decoder.
    """

    engine: Samples
    bare: Samples
    num_new: int
    num_stored: int
    num_layers: int

    @property
    def ratio(self) -> float:
        """Of the medians."""
        return self.engine.median_s / self.bare.median_s

    @property
    def overhead_s(self) -> float:
        """What the engine adds to the bare products, per layer.

        The median of what it added in each turn: a machine that is slower for a while is so for
        both, and does not count.
        """
        turns = zip(self.engine.seconds, self.bare.seconds, strict=True)
        return statistics.median(engine - bare for engine, bare in turns) / self.num_layers


class Step:
    """Runs tokens on a cache that `go_back` makes room in for them."""

    def __init__(
        self, model: SkippingModel, num_stored: int, sampling: SamplingConfig = GREEDY
    ) -> None:
        self.model, self._num_stored = model, num_stored
        self.store = KVStore(model.decoder.store_shape, num_stored)
        self._sampler = Sampler(sampling, model.defaults, silence=(), device=model.device)
        self._sampler.begin_reply([0])
        model.decoder.skipped = frozenset(("prefill",))
        self.prefill(num_stored)
        model.decoder.skipped = frozenset()
        self._rotation = model.decoder.rotary(self._positions(1))  # a stream's prefill gives them

    @torch.inference_mode()
    def decode(self) -> None:
        """Run one token and choose the next."""
        decoder = self.model.decoder
        output = decoder.decode(0, self._rotation, self.store)
        self._sampler.choose(decoder.logits(output))

    def go_back(self, num_tokens: int) -> None:
        """Forget the last tokens."""
        self.store.keep([(0, self._num_stored - num_tokens)])

    @torch.inference_mode()
    def prefill(self, num_tokens: int) -> None:
        """Run new tokens behind the others."""
        decoder = self.model.decoder
        ids = torch.zeros(num_tokens, dtype=torch.long, device=self.model.device)
        rotation = decoder.rotary(self._positions(num_tokens))
        decoder.prefill(decoder.embed(ids), rotation, self.store)

    def _positions(self, num_tokens: int) -> torch.Tensor:
        shape = (3, num_tokens)
        return torch.full(shape, self.store.length, dtype=torch.long, device=self.model.device)


def compare_decode(
    model: SkippingModel, num_stored: int, seconds: float, sampling: SamplingConfig = GREEDY
) -> Comparison:
    """One token, and how the next is chosen."""
    step, bare = Step(model, num_stored, sampling), BareDecoder(model, num_stored)
    works = (step.decode, lambda: bare.run(1, with_head=True))
    return _compare(step, works, (1, num_stored), seconds)


def compare_prefill(
    model: SkippingModel, num_new: int, num_stored: int, seconds: float
) -> Comparison:
    """One round's new tokens."""
    step, bare = Step(model, num_stored), BareDecoder(model, num_stored)
    works = (lambda: step.prefill(num_new), lambda: bare.run(num_new, with_head=False))
    return _compare(step, works, (num_new, num_stored), seconds)


def _compare(
    step: Step,
    works: tuple[Callable[[], object], Callable[[], object]],
    sizes: tuple[int, int],
    seconds: float,
) -> Comparison:
    engine, bare = time_in_turns(
        works,
        step.model.device,
        seconds=seconds,
        most_turns=_MOST_TURNS,
        before_turn=lambda: step.go_back(sizes[0]),
    )
    return Comparison(engine, bare, *sizes, len(step.model.decoder.layers))
