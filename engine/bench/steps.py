"""The decoder's two kinds of steps on a cache of a given length, beside the same products bare."""

from __future__ import annotations

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

_MOST_TURNS = 200


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
        """What the engine adds to the bare products, per layer."""
        return (self.engine.median_s - self.bare.median_s) / self.num_layers


class Step:
    """Runs tokens on a cache that is put back afterwards."""

    def __init__(
        self, model: SkippingModel, num_stored: int, sampling: SamplingConfig = GREEDY
    ) -> None:
        self._model, self._num_stored = model, num_stored
        self._store = KVStore(model.decoder.store_shape, num_stored)
        self._sampler = Sampler(sampling, model.defaults, silence=(), device=model.device)
        self._sampler.begin_reply([0])
        model.decoder.skipped = frozenset(("prefill",))
        self._run(num_stored)
        model.decoder.skipped = frozenset()
        self._rotation = model.decoder.rotary(self._positions(1))  # a stream's prefill gives them

    def prefill(self, num_tokens: int) -> None:
        """Run new tokens behind the others."""
        self._go_back(num_tokens)
        self._run(num_tokens)

    @torch.inference_mode()
    def decode(self) -> None:
        """Run one token and choose the next."""
        self._go_back(1)
        decoder = self._model.decoder
        output = decoder.decode(0, self._rotation, self._store)
        self._sampler.choose(decoder.logits(output))

    def _go_back(self, num_tokens: int) -> None:
        self._store.keep([(0, self._num_stored - num_tokens)])

    @torch.inference_mode()
    def _run(self, num_tokens: int) -> None:
        decoder = self._model.decoder
        ids = torch.zeros(num_tokens, dtype=torch.long, device=self._model.device)
        rotation = decoder.rotary(self._positions(num_tokens))
        decoder.prefill(decoder.embed(ids), rotation, self._store)

    def _positions(self, num_tokens: int) -> torch.Tensor:
        shape = (3, num_tokens)
        return torch.full(shape, self._store.length, dtype=torch.long, device=self._model.device)


def compare_decode(
    model: SkippingModel, num_stored: int, seconds: float, sampling: SamplingConfig = GREEDY
) -> Comparison:
    """One token, and how the next is chosen."""
    step, bare = Step(model, num_stored, sampling), BareDecoder(model, num_stored)
    works = (step.decode, lambda: bare.run(1, with_head=True))
    return _compare(works, model, (1, num_stored), seconds)


def compare_prefill(
    model: SkippingModel, num_new: int, num_stored: int, seconds: float
) -> Comparison:
    """One round's new tokens."""
    step, bare = Step(model, num_stored), BareDecoder(model, num_stored)
    works = (lambda: step.prefill(num_new), lambda: bare.run(num_new, with_head=False))
    return _compare(works, model, (num_new, num_stored), seconds)


def _compare(
    works: tuple[Callable[[], object], Callable[[], object]],
    model: SkippingModel,
    sizes: tuple[int, int],
    seconds: float,
) -> Comparison:
    engine, bare = time_in_turns(works, model.device, seconds=seconds, most_turns=_MOST_TURNS)
    return Comparison(engine, bare, *sizes, len(model.decoder.layers))
