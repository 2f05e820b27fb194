"""LoRA adapters: found with their bases, merged, and refused where they do not fit."""

from __future__ import annotations

import json
import shutil
import warnings
from typing import TYPE_CHECKING, Any

import peft
import pytest
import torch
from safetensors.torch import load_file, save_file

from engine import CommentaryStream, LoadedModel, SamplingConfig, load_model
from engine.errors import ModelLoadError
from engine.model.checkpoint import ADAPTER_CONFIG, ADAPTER_WEIGHTS, read_checkpoint
from tests.engine.checkpoints import FAMILIES, save_checkpoint
from tests.engine.logits import logits_of
from tests.engine.pictures import noise

if TYPE_CHECKING:
    from pathlib import Path

TARGETS = ["q_proj", "v_proj", "up_proj"]


@pytest.fixture
def base(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """A checkpoint, of Qwen2.5-VL if the test does not say."""
    return save_checkpoint(tmp_path / "base", getattr(request, "param", "qwen2_5_vl"))


@pytest.fixture
def adapter(base: Path) -> Path:
    """An adapter for it with random weights."""
    folder = base.parent / "adapter"
    torch.manual_seed(1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # peft asks transformers by a deprecated name
        adapted: Any = peft.get_peft_model(
            load(base).network,
            peft.LoraConfig(r=2, target_modules=TARGETS, init_lora_weights=False),
        )
    adapted.save_pretrained(folder, save_embedding_layers=False)
    return folder


def load(folder: Path) -> LoadedModel:
    return load_model(folder, device="cpu", dtype="float32")


def edit(folder: Path, **changes: object) -> None:
    file = folder / ADAPTER_CONFIG
    file.write_text(json.dumps(json.loads(file.read_text()) | changes))


def rename(folder: Path, old: str, new: str) -> None:
    tensors = load_file(folder / ADAPTER_WEIGHTS)
    renamed = {name.replace(old, new): tensor for name, tensor in tensors.items()}
    save_file(renamed, folder / ADAPTER_WEIGHTS, {"format": "pt"})


def first_logits(model: LoadedModel) -> torch.Tensor:
    stream = CommentaryStream(model, sampling=SamplingConfig(temperature=0.0))
    with logits_of(model) as logits:
        stream.step(noise(0), forced_reply=model.chat.reply_ids(["w"]))
    return torch.stack(logits)


def added(adapter: Path, layer_and_name: str) -> torch.Tensor:
    """What an adapter adds to a projection, by the paper's formula."""
    tensors = load_file(adapter / ADAPTER_WEIGHTS)
    settings = json.loads((adapter / ADAPTER_CONFIG).read_text())
    prefix = f"base_model.model.model.language_model.layers.{layer_and_name}"
    product = tensors[f"{prefix}.lora_B.weight"] @ tensors[f"{prefix}.lora_A.weight"]
    return product * settings["lora_alpha"] / settings["r"]


@pytest.mark.parametrize("base", FAMILIES, indirect=True)
def test_an_adapter_is_merged_into_its_base(base: Path, adapter: Path) -> None:
    plain, merged = load(base), load(adapter)
    assert merged.checkpoint.folder == base
    assert merged.checkpoint.adapter == adapter
    assert merged.checkpoint.num_parameters == plain.checkpoint.num_parameters
    before = plain.network.model.language_model.layers[1].self_attn.v_proj.weight
    after = merged.network.model.language_model.layers[1].self_attn.v_proj.weight
    torch.testing.assert_close(after - before, added(adapter, "1.self_attn.v_proj"))
    assert float((first_logits(merged) - first_logits(plain)).abs().max()) > 1e-2


def test_a_base_beside_the_adapter_is_found_wherever_both_lie(base: Path, adapter: Path) -> None:
    edit(adapter, base_model_name_or_path="../base")
    moved = base.parent / "moved"
    moved.mkdir()
    for folder in (base, adapter):
        shutil.move(folder, moved / folder.name)
    assert load(moved / "adapter").checkpoint.folder.resolve() == moved / "base"


def test_a_base_that_was_downloaded_is_found(base: Path, adapter: Path, tmp_path: Path) -> None:
    edit(adapter, base_model_name_or_path="someone/base")
    library = tmp_path / "library"
    library.mkdir()
    base.rename(library / "someone--base")
    with pytest.raises(ModelLoadError, match="kibitz models get someone/base"):
        read_checkpoint(adapter)
    assert read_checkpoint(adapter, library=library).folder == library / "someone--base"
    loaded = load_model(adapter, device="cpu", dtype="float32", library=library)
    assert loaded.checkpoint.adapter == adapter
    downloaded = adapter.rename(library / "someone--adapter")
    assert read_checkpoint(downloaded).folder == library / "someone--base"


def test_names_of_modules_of_former_releases_are_understood(adapter: Path) -> None:
    expected = first_logits(load(adapter))
    rename(adapter, ".model.language_model.", ".model.")
    assert torch.equal(first_logits(load(adapter)), expected)


def test_an_adapter_for_another_model_is_refused(adapter: Path) -> None:
    rename(adapter, ".layers.1.", ".layers.7.")
    with pytest.raises(ModelLoadError, match="made for another base than it names: 12 tensors"):
        load(adapter)


def test_an_adapter_of_other_sizes_is_refused(adapter: Path) -> None:
    edit(adapter, r=3)
    with pytest.raises(ModelLoadError, match="does not fit its base"):
        load(adapter)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"peft_type": "IA3"}, "of type IA3; only LoRA"),
        ({"base_model_name_or_path": None}, "names no base"),
        ({"base_model_name_or_path": "../gone"}, "there is no folder"),
        ({"base_model_name_or_path": "."}, "is an adapter; merge that first"),
        ({"base_model_name_or_path": "nobody/no-such-model"}, "is not on this machine"),
    ],
)
def test_an_adapter_without_its_base_is_refused(
    adapter: Path, changes: dict[str, object], message: str
) -> None:
    edit(adapter, **changes)
    with pytest.raises(ModelLoadError, match=message):
        read_checkpoint(adapter)


def test_an_adapter_without_weights_is_refused(adapter: Path) -> None:
    weights = adapter / ADAPTER_WEIGHTS
    weights.write_bytes(weights.read_bytes()[:-1])
    with pytest.raises(ModelLoadError, match="truncated"):
        load(adapter)
    weights.unlink()
    with pytest.raises(ModelLoadError, match=r"lacks adapter_model\.safetensors"):
        load(adapter)
