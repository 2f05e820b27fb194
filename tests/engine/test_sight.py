"""The vision tower runs once per pair of frames, and the static saver changes nothing."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import CommentaryStream, LoadedModel, SamplingConfig, StreamingConfig, load_model
from engine.errors import ConfigError, FrameError, NumericsError
from engine.events import RoundFinished, TextPiece
from engine.sight import Sight
from engine.stages import StageClock
from engine.vision import patches_of
from tests.engine.pictures import noise

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from engine.config import Scheme, StaticSaver
    from engine.vision import ClipPatches

GREEDY = SamplingConfig(temperature=0.0)
EXACT = StreamingConfig(static_saver="exact")
CPU = torch.device("cpu")


@contextmanager
def counted(model: LoadedModel) -> Iterator[list[int]]:
    """Numbers of temporal patches that each run of the tower is given."""
    seen: list[int] = []
    hook = model.network.model.visual.register_forward_hook(
        lambda _module, _inputs, keywords, _output: seen.append(int(keywords["grid_thw"][0, 0])),
        with_kwargs=True,
    )
    try:
        yield seen
    finally:
        hook.remove()


@pytest.mark.parametrize("scheme", ["streaming", "full", "window", "window_overlap"])
def test_each_pair_of_frames_is_looked_at_once(small_model: LoadedModel, scheme: Scheme) -> None:
    config = StreamingConfig(scheme=scheme, vision_window_rounds=2, window_reset_rounds=3)
    stream = CommentaryStream(small_model, config, GREEDY)
    with counted(small_model) as seen:
        for seed in range(6):
            stream.step(noise(seed))
    assert seen == [1] * 6


def test_an_unchanged_picture_is_not_looked_at_again(small_model: LoadedModel) -> None:
    pictures = [noise(seed) for seed in (1, 1, 1, 2, 2, 1)]
    told: dict[StaticSaver, list[tuple[int, ...]]] = {}
    for saver in ("off", "on", "exact"):
        stream = CommentaryStream(small_model, StreamingConfig(static_saver=saver), GREEDY)
        with counted(small_model) as seen:
            rounds = [stream.step(picture) for picture in pictures]
        told[saver] = [each.token_ids for each in rounds]
        expected = [0, 1, 1, 0, 1, 0] if saver != "off" else [0] * 6
        assert [each.saved_share for each in rounds] == expected
        assert len(seen) == (3 if saver == "on" else 6)
    assert told["off"] == told["on"] == told["exact"]


@settings(max_examples=20)
@given(numbers=st.lists(st.integers(0, 2), min_size=4, max_size=16))
def test_saved_tokens_are_those_that_would_be_computed(
    family_model: LoadedModel, numbers: list[int]
) -> None:
    sight = Sight(family_model)
    for start in range(0, len(numbers) - 3, 4):
        frames = np.concatenate([noise(seed, frames=1) for seed in numbers[start : start + 4]])
        seen = sight.see(frames, EXACT, StageClock([CPU]))
        expected = family_model.embed_clip(patches_of(frames, family_model.patches))
        torch.testing.assert_close(seen.tokens, expected, rtol=0, atol=1e-5)
        assert seen.saved_share in {0.0, 0.5, 1.0}


def test_another_size_is_another_picture(small_model: LoadedModel) -> None:
    sight = Sight(small_model)
    black = np.zeros((2, 56, 112, 3), np.uint8)
    sight.see(black, EXACT, StageClock([CPU]))
    seen = sight.see(black.transpose(0, 2, 1, 3), EXACT, StageClock([CPU]))
    assert seen.saved_share == 0
    assert len(seen.tokens) == 8


class _Forgetful(LoadedModel):
    """A model whose tower never gives the same twice."""

    def embed_clip(self, clip: ClipPatches) -> torch.Tensor:
        return torch.rand((clip.num_tokens, 32))


def test_a_difference_is_refused(small_model: LoadedModel) -> None:
    values = vars(replace(small_model))
    sight = Sight(_Forgetful(**values))
    sight.see(noise(0), EXACT, StageClock([CPU]))
    with pytest.raises(NumericsError, match="static saver"):
        sight.see(noise(0), EXACT, StageClock([CPU]))


def test_it_can_be_turned_on_while_the_stream_runs(small_model: LoadedModel) -> None:
    stream = CommentaryStream(small_model, sampling=GREEDY)
    stream.step(noise(1))
    stream.reconfigure(replace(stream.config, static_saver="on"))
    assert [stream.step(noise(1)).saved_share for _ in range(2)] == [0, 1]


def test_preparing_changes_nothing(small_model: LoadedModel) -> None:
    told: list[list[tuple[int, ...]]] = []
    for prepares in (True, False):
        stream = CommentaryStream(small_model, sampling=GREEDY)
        chunks = [noise(seed) for seed in range(4)]
        ids: list[tuple[int, ...]] = []
        for chunk, following in zip(chunks, [*chunks[1:], chunks[0]], strict=True):
            ids.append(stream.step(chunk).token_ids)
            if prepares:
                stream.prepare(following)
        told.append(ids)
    assert told[0] == told[1]


def test_frames_that_no_round_takes_are_not_prepared(small_model: LoadedModel) -> None:
    with pytest.raises(FrameError, match="must hold"):
        CommentaryStream(small_model).prepare(noise(0, frames=3))


@pytest.mark.gpu
def test_the_next_chunk_is_looked_at_beside_decoding(small_folder: Path) -> None:
    model = load_model(small_folder, device="cuda", dtype="float32")
    prepared, plain = (CommentaryStream(model, sampling=GREEDY) for _ in range(2))
    chunks = [noise(seed) for seed in range(5)]
    told: list[tuple[int, ...]] = []
    for chunk, following in zip(chunks, [*chunks[1:], chunks[0]], strict=True):
        begins = True
        for event in prepared.watch(chunk):
            if begins and isinstance(event, TextPiece):  # between two tokens
                prepared.prepare(following)
                begins = False
            elif isinstance(event, RoundFinished):
                told.append(event.round.token_ids)
        assert not begins, "a round without words shows nothing"
    with counted(model) as seen:
        assert told == [plain.step(chunk).token_ids for chunk in chunks]
        prepared.step(chunks[0])
    assert seen == [1] * 5


def test_unknown_words_are_refused() -> None:
    with pytest.raises(ConfigError, match="static_saver"):
        StreamingConfig(static_saver="maybe")  # pyright: ignore[reportArgumentType]
