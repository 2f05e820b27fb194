"""Steps with NumPy between the products give what the decoder's own pass gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import torch

from engine import LoadedModel, load_model
from engine.model.decoder import Decoder
from engine.model.lean_steps import LeanSteps
from tests.engine.model.decoding import (
    assert_same_outputs,
    assert_steps_go_with_their_store,
    filled,
    outputs,
    told_in_six_rounds,
)

if TYPE_CHECKING:
    from pathlib import Path


def decoders(model: LoadedModel) -> tuple[Decoder, Decoder]:
    """One that decodes so, and one that does not."""
    lean, plain = model.make_decoder(Decoder), model.make_decoder(Decoder)
    assert isinstance(lean.steps, LeanSteps)
    plain.steps = None
    return lean, plain


@pytest.mark.parametrize("num_stored", [1, 40, 700])
def test_they_give_what_other_steps_give(family_model: LoadedModel, num_stored: int) -> None:
    lean, plain = decoders(family_model)
    assert_same_outputs(lean, plain, num_stored)


def test_a_whole_stream_says_the_same(small_folder: Path) -> None:
    model, other = (load_model(small_folder, device="cpu", dtype="float32") for _ in range(2))
    other.decoder.steps = None
    assert told_in_six_rounds(model) == told_in_six_rounds(other)


def test_streams_side_by_side_do_not_disturb_each_other(small_model: LoadedModel) -> None:
    lean, plain = decoders(small_model)
    stores, others = ([filled(decoder, size) for size in (3, 9)] for decoder in (lean, plain))
    for number in range(4):
        for store, other in zip(stores, others, strict=True):
            rotation = lean.rotary(torch.full((3, 1), store.length))
            one = lean.decode(number, rotation, store)
            torch.testing.assert_close(
                one, plain.decode(number, rotation, other), rtol=0, atol=1e-5
            )


def test_weights_that_learn_are_used_as_they_are_now(small_folder: Path) -> None:
    model = load_model(small_folder, device="cpu", dtype="float32")
    before = outputs(model.decoder, 4, 1)[0]
    with torch.no_grad():
        for parameter in model.network.parameters():
            parameter.mul_(1.1)
    after = outputs(model.decoder, 4, 1)[0]
    assert not torch.allclose(before, after)
    model.decoder.steps = None
    torch.testing.assert_close(after, outputs(model.decoder, 4, 1)[0], rtol=0, atol=1e-4)


@pytest.mark.parametrize(
    "settings", [{"dtype": "bfloat16"}, {"dtype": "float32", "attention": "eager"}]
)
def test_what_they_cannot_do_is_left_to_the_decoder(
    small_folder: Path, settings: dict[str, str]
) -> None:
    assert load_model(small_folder, device="cpu", **settings).decoder.steps is None


def test_steps_go_with_their_store(small_model: LoadedModel) -> None:
    lean, _ = decoders(small_model)
    assert_steps_go_with_their_store(lean)
