"""A model whose layers lie on several devices says the same."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import accelerate
import pytest
import torch

from engine import LoadedModel, load_model
from engine.bench.limits import Limits
from engine.bench.stages import measure_stages
from engine.bench.standing import SkippingModel
from engine.bench.steady import SteadyStream
from engine.cache.store import KVStore
from engine.errors import ModelLoadError, NotEnoughMemoryError
from engine.model import load as loading
from engine.model.checkpoint import read_checkpoint
from engine.model.spread import SpreadDecoder, free_tower, share_among
from tests.engine.model.decoding import told_before_and_after_an_instruction

if TYPE_CHECKING:
    from pathlib import Path


FIRST, SECOND = torch.device("cpu"), torch.device("cpu", 0)  # told apart, though both are there


def test_layers_on_two_devices_say_the_same(family_model: LoadedModel) -> None:
    num_layers = len(family_model.decoder.layers)
    devices = (FIRST,) + (SECOND,) * (num_layers - 1)
    spread = replace(family_model, layer_devices=devices)
    assert isinstance(spread.decoder, SpreadDecoder)
    found, expected = (
        told_before_and_after_an_instruction(spread),
        told_before_and_after_an_instruction(family_model),
    )
    assert [spoken.token_ids for spoken in found] == [spoken.token_ids for spoken in expected]
    assert [spoken.cache for spoken in found] == [spoken.cache for spoken in expected]


def test_a_store_keeps_each_layer_on_its_device(small_model: LoadedModel) -> None:
    shape = replace(small_model.decoder.store_shape, layer_devices=(FIRST, SECOND))
    whole, torn = KVStore(small_model.decoder.store_shape, 4), KVStore(shape, 4)
    for store in (whole, torn):
        torch.manual_seed(0)
        heads = shape.num_heads
        for num_tokens in (3, 5):
            store.reserve(num_tokens)
            for layer in range(shape.num_layers):
                states = torch.randn((2 * heads, num_tokens, shape.head_size))
                store.write(layer, states, states[:heads])
            store.commit(num_tokens)
        store.keep([(0, 1), (5, 8)])
        store.rerotate(0, lambda keys: keys * 2)
    assert torn.capacity == whole.capacity
    assert torn.length == whole.length == 4
    for layer in range(shape.num_layers):
        assert torn.layer(layer).keys_and_values.shape == whole.layer(layer).keys_and_values.shape
        for part, other in zip(torn.layer(layer), whole.layer(layer), strict=True):
            assert torch.equal(part[:, :, :4], other[:, :, :4])
    assert torn.memory.shape[1] == 1
    assert shape.devices == (FIRST, SECOND)
    assert len(small_model.decoder.store_shape.devices) == 2


def test_parts_are_placed_in_order_and_no_layer_is_torn(small_folder: Path) -> None:
    checkpoint = read_checkpoint(small_folder)
    weights = checkpoint.num_parameters * 4
    places = share_among(checkpoint, torch.float32, {0: int(1.1 * weights), 1: 2 * weights})
    assert set(places.values()) == {0, 1}
    assert list(places.values()) == sorted(places.values())
    assert places["model.visual"] == 0
    assert places["lm_head"] == 1
    assert places["model.language_model.layers.0"] == 0
    assert places["model.language_model.layers.1"] == 1


def test_what_fits_nowhere_is_refused(small_folder: Path) -> None:
    checkpoint = read_checkpoint(small_folder)
    with pytest.raises(NotEnoughMemoryError, match="on 2 devices together"):
        share_among(checkpoint, torch.float32, {0: 1000, 1: 1000})


def test_damaged_settings_are_told_before_anything_is_placed(
    small_folder: Path, tmp_path: Path
) -> None:
    folder = shutil.copytree(small_folder, tmp_path / "checkpoint")
    config = json.loads((folder / "config.json").read_text())
    config["text_config"]["num_hidden_layers"] = 7
    (folder / "config.json").write_text(json.dumps(config))
    with pytest.raises(ModelLoadError, match=r"cannot be loaded: .*\b7\b"):
        share_among(read_checkpoint(folder), torch.float32, {0: 2**30, 1: 2**30})


def test_a_placed_tower_is_called_as_it_is(small_folder: Path) -> None:
    network = load_model(small_folder, device="cpu", dtype="float32").network
    dispatch: Any = accelerate.dispatch_model
    dispatch(network, {"model": "cpu", "lm_head": "cpu"}, force_hooks=True)
    hooked = [name for name, part in network.named_modules() if hasattr(part, "_hf_hook")]
    free_tower(network)
    assert any(name.startswith("model.visual.") for name in hooked)
    assert [name for name, part in network.named_modules() if hasattr(part, "_hf_hook")] == [
        name for name in hooked if not name.startswith("model.visual")
    ]


def on_two_cards(folder: Path, monkeypatch: pytest.MonkeyPatch) -> LoadedModel:
    """The model in float32, loaded as where one card is too small."""
    if torch.cuda.device_count() < 2:
        pytest.skip("needs two CUDA devices")
    weights = read_checkpoint(folder).num_parameters * 4

    def refuse(*_: object) -> None:
        raise NotEnoughMemoryError("as on a card that is too small")

    monkeypatch.setattr(loading, "require_memory", refuse)
    monkeypatch.setattr(
        loading, "free_bytes_of_cards", lambda: {0: int(1.1 * weights), 1: 2 * weights}
    )
    return load_model(folder, dtype="float32")


@pytest.mark.gpu
def test_two_cards_say_what_one_says(small_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = load_model(small_folder, device="cuda", dtype="float32")
    spread = on_two_cards(small_folder, monkeypatch)
    assert spread.layer_devices == (torch.device("cuda", 0), torch.device("cuda", 1))
    assert [spoken.token_ids for spoken in told_before_and_after_an_instruction(spread)] == [
        spoken.token_ids for spoken in told_before_and_after_an_instruction(whole)
    ]


@pytest.mark.gpu
def test_two_cards_are_measured(small_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = SkippingModel.of(on_two_cards(small_folder, monkeypatch))
    limits = Limits(1e9, {"float32": 1e9})
    costs = measure_stages(SteadyStream(model, (84, 56)), 2.0, limits, capture=None)
    compared = [cost.comparison for cost in costs.stages if cost.comparison is not None]
    assert all(each.ratio > 0 for each in compared)
