"""Damaged checkpoints: each fault is a sentence that names the file or the tensor."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from engine import load_model
from engine.errors import ModelLoadError
from tests.engine.checkpoints import save_checkpoint

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A whole checkpoint, to be damaged."""
    return save_checkpoint(tmp_path / "checkpoint")


def change_text_settings(folder: Path, **settings: object) -> None:
    file = folder / "config.json"
    config = json.loads(file.read_text())
    config["text_config"] |= settings
    file.write_text(json.dumps(config))


@pytest.mark.parametrize("content", ["{}", "[]", '{"model": {"type": "BPE"}}', ""])
def test_a_damaged_tokenizer_is_refused(folder: Path, content: str) -> None:
    (folder / "tokenizer.json").write_text(content)
    with pytest.raises(ModelLoadError, match="has no usable tokenizer"):
        load_model(folder, device="cpu")


def test_a_damaged_chat_template_is_refused(folder: Path) -> None:
    (folder / "chat_template.jinja").write_text("{% if %}")
    with pytest.raises(ModelLoadError, match="chat template cannot be used"):
        load_model(folder, device="cpu")


@pytest.mark.parametrize("names", [None, ["model.safetensors"]])
def test_a_damaged_index_is_refused(folder: Path, names: object) -> None:
    (folder / "model.safetensors.index.json").write_text(json.dumps({"weight_map": names}))
    with pytest.raises(ModelLoadError, match=r"index\.json names no files"):
        load_model(folder, device="cpu")


def test_tensors_of_another_size_are_named(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    change_text_settings(folder, intermediate_size=60)
    capfd.readouterr()
    with pytest.raises(ModelLoadError, match=r"of another size .*\.mlp\.\w+_proj\.weight first"):
        load_model(folder, device="cpu")
    assert capfd.readouterr().err == "", "the sentence says it all"


def test_settings_that_fit_no_model_are_refused(folder: Path) -> None:
    change_text_settings(folder, num_hidden_layers=7)
    with pytest.raises(ModelLoadError, match=r"cannot be loaded: .*\b7\b"):
        load_model(folder, device="cpu")


def test_settings_of_a_far_larger_model_are_refused_before_it_is_made(folder: Path) -> None:
    """Whose weights nobody has: made at random they would fill the memory."""
    change_text_settings(folder, hidden_size=2**17, intermediate_size=2**19)
    with pytest.raises(ModelLoadError, match=r"describes a model of \d{10,} weights"):
        load_model(folder, device="cpu")
