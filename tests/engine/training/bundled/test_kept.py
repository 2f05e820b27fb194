"""Learning on kept states: what is learnt is what a stream computes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import torch

from engine import load_model
from engine.training.bundled import blank
from engine.training.bundled.kept import KeptTask, Watched, hidden_states

if TYPE_CHECKING:
    from engine.model import LoadedModel

SEED = 550_000


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> LoadedModel:
    """The bundled model before training."""
    folder = tmp_path_factory.mktemp("blank")
    blank.save(*blank.build(1), folder)
    return load_model(str(folder), device="cpu", dtype="float32")


def test_a_stretch_is_learnt_on_the_states_that_the_engine_computes(model: LoadedModel) -> None:
    watched = Watched(model, SEED)
    for _ in range(3):  # old rounds leave before the second stretch
        waiting, seen = watched.watch()
        with torch.no_grad():
            learnt = model.network.lm_head(hidden_states(model.network, waiting, seen)[-1])
            streamed = model.decoder.logits(watched.settle())
        torch.testing.assert_close(learnt, streamed, rtol=1e-4, atol=1e-4)
    assert waiting.past[0][0].shape[2] > len(waiting.token_ids)


def test_a_resumed_task_goes_on_where_it_was(model: LoadedModel) -> None:
    whole, resumed = KeptTask(model, SEED), KeptTask(model, SEED)
    with torch.no_grad():
        losses = [float(whole.loss(step)) for step in range(3)]
        assert float(resumed.loss(2)) == pytest.approx(losses[2], rel=1e-4)
    assert losses[2] != losses[1]


def test_the_engine_speaks_with_the_weights_that_are_learnt(model: LoadedModel) -> None:
    task = KeptTask(model, SEED)
    network = task.modules["network"]
    first = Watched(model, SEED)
    first.watch()
    before = first.settle()
    kept = {name: value.clone() for name, value in network.state_dict().items()}
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.mul_(1.01)
    again = Watched(model, SEED)
    again.watch()
    assert not torch.allclose(before, again.settle())
    network.load_state_dict(kept)
    third = Watched(model, SEED)
    third.watch()
    torch.testing.assert_close(third.settle(), before)
