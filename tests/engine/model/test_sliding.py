"""Layers that see only the newest tokens, as a checkpoint's settings may ask for."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import torch

from engine import CommentaryStream, LoadedModel, SamplingConfig, StreamingConfig, load_model
from engine.vision import patches_of
from tests.engine.checkpoints import save_checkpoint
from tests.engine.logits import logits_of, one_forward
from tests.engine.pictures import noise

if TYPE_CHECKING:
    from pathlib import Path

WINDOW = 9
IN_USE = {"use_sliding_window": True, "sliding_window": WINDOW, "max_window_layers": 1}
PUBLISHED = {"use_sliding_window": False, "sliding_window": 32768, "max_window_layers": 1}
GREEDY = SamplingConfig(temperature=0.0)


def load(folder: Path) -> LoadedModel:
    return load_model(folder, device="cpu", dtype="float32")


def save(folder: Path, model_type: str, settings: dict[str, Any]) -> Path:
    """A checkpoint with other settings of its windows."""
    file = save_checkpoint(folder, model_type) / "config.json"
    config = json.loads(file.read_text())
    text = {key: value for key, value in config["text_config"].items() if key != "layer_types"}
    file.write_text(json.dumps(config | {"text_config": text | settings}))
    return folder


@pytest.mark.parametrize("model_type", ["qwen2_5_vl", "qwen2_vl"])
@pytest.mark.parametrize("kinds", [{}, {"layer_types": ["full_attention", "sliding_attention"]}])
def test_rounds_equal_one_forward_of_transformers(
    tmp_path: Path, model_type: str, kinds: dict[str, list[str]]
) -> None:
    model = load(save(tmp_path / "sliding", model_type, IN_USE | kinds))
    assert [layer.window for layer in model.decoder.layers] == [None, WINDOW]
    stream = CommentaryStream(model, sampling=GREEDY)
    for seed in range(2):
        stream.step(noise(seed), forced_reply=model.chat.reply_ids(["w"]))
    with logits_of(model) as logits:
        stream.step(noise(2), forced_reply=())
    clips = [patches_of(noise(seed), model.patches) for seed in range(3)]
    expected = one_forward(model, stream.snapshot(), clips, 2.0)[-1]
    torch.testing.assert_close(logits[0], expected, rtol=0, atol=1e-4)
    whole = load(save_checkpoint(tmp_path / "whole", model_type))
    other = one_forward(whole, stream.snapshot(), clips, 2.0)[-1]
    assert float((expected - other).abs().max()) > 1e-2  # the window counts


def test_tokens_are_evicted_beside_windows(tmp_path: Path) -> None:
    config = StreamingConfig(vision_window_rounds=2, text_window_rounds=2, max_new_tokens=4)
    stream = CommentaryStream(load(save(tmp_path, "qwen2_5_vl", IN_USE)), config, GREEDY)
    first = [stream.step(noise(seed)) for seed in range(6)]
    assert all(spoken.cache.total_tokens <= (spoken.cache.bound_tokens or 0) for spoken in first)
    stream.reset()
    again = [stream.step(noise(seed)) for seed in range(6)]
    assert [spoken.token_ids for spoken in again] == [spoken.token_ids for spoken in first]


@pytest.mark.parametrize("settings", [PUBLISHED, IN_USE | {"max_window_layers": 2}])
def test_windows_that_no_layer_uses_change_nothing(
    tmp_path: Path, settings: dict[str, Any]
) -> None:
    model = load(save(tmp_path, "qwen2_5_vl", settings))
    assert [layer.window for layer in model.decoder.layers] == [None, None]
