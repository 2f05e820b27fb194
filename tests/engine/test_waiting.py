"""A device is waited for once per token, to learn which it is, and the cache moves at once."""

from __future__ import annotations

import warnings
from collections import Counter
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
import torch

from engine import CommentaryStream, LoadedModel, SamplingConfig, StreamingConfig, load_model
from engine.model.static import StaticSteps
from engine.sampling import Sampler
from tests.engine.calls import Calls
from tests.engine.model.decoding import filled
from tests.engine.pictures import noise

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

DRAWN = SamplingConfig(temperature=0.9, top_k=5, top_p=0.9, seed=0)
SMALL = StreamingConfig(
    vision_window_rounds=2, text_window_rounds=3, sink_tokens=4, previous_text_tokens=8
)
CLIP = torch.arange(6.0)


@pytest.mark.parametrize(
    "work",
    [
        CLIP[0].item,
        lambda: bool(CLIP[0] > 1),
        lambda: int(CLIP[0]),
        lambda: list(range(9))[CLIP.long()[2]],
        lambda: 3.0 in CLIP,
        lambda: CLIP[CLIP > 1],
        lambda: CLIP.clone().__setitem__(CLIP > 1, 0),
        lambda: CLIP.clone().__setitem__(-1, 0),
        CLIP.cpu,
        CLIP.numpy,
        lambda: torch.tensor([1.0]),
    ],
)
def test_what_waits_is_found(work: Callable[[], object]) -> None:
    with Calls() as calls:
        work()
    assert calls.waits


def test_what_does_not_wait_is_not_found() -> None:
    with Calls() as calls:
        (CLIP[1:3] * 2).masked_fill(CLIP[:2] > 1, 0).to(torch.float64).softmax(-1)
        torch.full((1,), 7)
        CLIP.clone()[1:].fill_(0)
    assert not calls.waits


def waits_of_a_round(model: LoadedModel, num_tokens: int) -> Counter[str]:
    """Of a stream's second round, whose reply has so many tokens."""
    stream = CommentaryStream(model, SMALL, DRAWN)
    stream.step(noise(0), forced_reply=[5, 6])
    with Calls() as calls:
        stream.step(noise(1), forced_reply=[7] * num_tokens)
    return calls.waits


def test_the_device_is_waited_for_once_per_token(family_model: LoadedModel) -> None:
    model = replace(family_model)  # with a decoder of its own
    model.decoder.steps = StaticSteps(model.decoder)  # as on CUDA
    more = waits_of_a_round(model, 9) - waits_of_a_round(model, 4)
    assert more == Counter(tolist=5)  # the sampler's, for the stop test


def test_a_round_gathers_once_for_all_layers_and_needs_no_new_memory(
    family_model: LoadedModel,
) -> None:
    stream = CommentaryStream(family_model, SMALL, SamplingConfig(temperature=0.0))
    reply = [5, 6, 7]
    for seed in range(8):
        stream.step(noise(seed), forced_reply=reply)
    with Calls() as calls:
        stream.step(noise(8), forced_reply=reply)
    of_the_cache = {name: axes.count(5) for name, axes in calls.axes.items()}
    assert of_the_cache["index_select"] == 1
    for name in ("cat", "clone", "contiguous", "empty", "new_zeros", "stack", "zeros"):
        assert not of_the_cache.get(name), name


@contextmanager
def told_of_waits(mode: str) -> Iterator[None]:
    """Let torch warn or fail where the processor waits for CUDA."""
    torch.cuda.set_sync_debug_mode(mode)
    try:
        yield
    finally:
        torch.cuda.set_sync_debug_mode("default")


@pytest.mark.gpu
@pytest.mark.filterwarnings("ignore:Synchronization debug mode is a prototype")
@pytest.mark.parametrize("temperature", [0.0, 0.9])
@torch.inference_mode()
def test_cuda_is_waited_for_where_the_token_is_read_only(
    small_folder: Path, temperature: float
) -> None:
    model = load_model(small_folder, device="cuda", dtype="bfloat16")
    decoder, sampling = model.decoder, replace(DRAWN, temperature=temperature)
    sampler = Sampler(sampling, model.defaults, silence=(), device=model.device)
    store = filled(decoder, 40)
    rotation = decoder.rotary(torch.full((3, 1), 40, device=model.device))
    sampler.begin_reply([1, 2, 3])
    sampler.choose(decoder.logits(decoder.decode(7, rotation, store)))  # makes the graph
    for token_id in (8, 9):
        with told_of_waits("error"):
            logits = decoder.logits(decoder.decode(token_id, rotation, store))
        with warnings.catch_warnings(record=True) as caught, told_of_waits("warn"):
            warnings.simplefilter("always")
            sampler.choose(logits)
        waits = [each for each in caught if "called a synchronizing" in str(each.message)]
        assert len(waits) == 1
