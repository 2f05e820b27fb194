"""Loading models, and what is said when one cannot be loaded."""

from __future__ import annotations

import json
import shutil
import threading
from socketserver import BaseRequestHandler, TCPServer
from typing import TYPE_CHECKING

import pytest
import torch
from huggingface_hub import constants
from safetensors.torch import load_file, save_file

from engine import CommentaryStream, LoadedModel, SamplingConfig, StreamingConfig, load_model
from engine.errors import ConfigError, ModelLoadError, NotEnoughMemoryError
from engine.model.checkpoint import read_checkpoint
from engine.model.load import Placement, choose_kernels, finish
from engine.model.precision import Precision
from engine.vision import patches_of
from tests.engine.logits import logits_of, one_forward
from tests.engine.pictures import noise

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from engine.events import ModelProgress


@pytest.fixture
def folder(small_folder: Path, tmp_path: Path) -> Path:
    """A copy of a checkpoint that a test may damage."""
    return shutil.copytree(small_folder, tmp_path / "checkpoint")


def edit_json(file: Path, **changes: object) -> None:
    file.write_text(json.dumps(json.loads(file.read_text()) | changes))


def test_a_model_is_loaded_with_its_own_settings(family_model: LoadedModel) -> None:
    vocabulary = family_model.tokenizer.convert_tokens_to_ids
    assert family_model.device == torch.device("cpu")
    assert family_model.dtype == torch.float32
    assert family_model.chat.special.turn_end == vocabulary("<|im_end|>")
    assert family_model.defaults.end_tokens == {
        vocabulary("<|im_end|>"),
        vocabulary("<|endoftext|>"),
    }
    assert family_model.patches.max_pixels == 280 * 280


def test_where_a_model_lies_is_known_before_a_decoder_joins_its_weights(
    small_folder: Path,
) -> None:
    model = load_model(small_folder, device="cpu", dtype="float32")
    query = model.network.model.language_model.layers[0].self_attn.q_proj.weight
    lies_at = query.data_ptr()
    assert (model.device, model.dtype) == (torch.device("cpu"), torch.float32)
    assert model.devices == (model.device,)
    assert query.data_ptr() == lies_at


def test_progress_is_told(small_folder: Path) -> None:
    told: list[ModelProgress] = []
    load_model(small_folder, device="cpu", on_progress=told.append)
    assert [progress.fraction for progress in told] == [None, None, 1.0]


def test_several_shards_are_read(folder: Path) -> None:
    tensors = load_file(folder / "model.safetensors")
    (folder / "model.safetensors").unlink()
    names = sorted(tensors)
    weight_map: dict[str, str] = {}
    for number, part in enumerate((names[::2], names[1::2])):
        shard = f"model-{number}.safetensors"
        save_file({name: tensors[name] for name in part}, folder / shard, {"format": "pt"})
        weight_map |= dict.fromkeys(part, shard)
    index = {"metadata": {}, "weight_map": weight_map}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))
    load_model(folder, device="cpu")
    (folder / "model-1.safetensors").unlink()
    with pytest.raises(ModelLoadError, match=r"lacks model-1\.safetensors"):
        load_model(folder, device="cpu")


def test_tied_embeddings_are_the_head(folder: Path) -> None:
    edit_json(folder / "config.json", tie_word_embeddings=True)
    tensors = load_file(folder / "model.safetensors")
    head = tensors.pop("lm_head.weight")
    save_file(tensors, folder / "model.safetensors", {"format": "pt"})
    model = load_model(folder, device="cpu", dtype="float32")
    assert torch.equal(model.network.lm_head.weight, tensors["model.embed_tokens.weight"])
    assert not torch.equal(model.network.lm_head.weight, head)
    stream = CommentaryStream(model, sampling=SamplingConfig(temperature=0.0))
    clip = patches_of(noise(0), model.patches)
    with logits_of(model) as logits:
        stream.step(noise(0), forced_reply=(1,))
    expected = one_forward(model, stream.snapshot(), [clip], 2.0)
    torch.testing.assert_close(logits[0], expected[-1], rtol=0, atol=1e-4)
    packed = load_model(folder, device="cpu", quantization="int8")
    assert packed.network.model.language_model.embed_tokens.weight.dtype == torch.bfloat16


def test_a_folder_without_config_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelLoadError, match=r"no config\.json"):
        load_model(tmp_path)


def test_another_architecture_is_refused(folder: Path) -> None:
    edit_json(folder / "config.json", model_type="llama")
    with pytest.raises(ModelLoadError, match=r"'llama'.*Qwen2\.5-VL"):
        load_model(folder)


@pytest.mark.parametrize("content", ["", "[]", "{"])
def test_a_damaged_config_is_refused(folder: Path, content: str) -> None:
    (folder / "config.json").write_text(content)
    with pytest.raises(ModelLoadError, match=r"config\.json"):
        load_model(folder)


def test_weights_in_other_formats_are_not_read(folder: Path) -> None:
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    with pytest.raises(ModelLoadError, match="safetensors"):
        load_model(folder)


@pytest.mark.parametrize("kept", [0, 5, 200, -1])
def test_truncated_weights_are_refused(folder: Path, kept: int) -> None:
    file = folder / "model.safetensors"
    file.write_bytes(file.read_bytes()[:kept])
    with pytest.raises(ModelLoadError, match="truncated"):
        load_model(folder)


def test_a_missing_tensor_is_refused(folder: Path) -> None:
    tensors = load_file(folder / "model.safetensors")
    del tensors["model.layers.0.mlp.up_proj.weight"]
    save_file(tensors, folder / "model.safetensors", {"format": "pt"})
    with pytest.raises(ModelLoadError, match="lacks 1 tensors"):
        load_model(folder)


def test_a_missing_tokenizer_is_refused(folder: Path) -> None:
    for name in ("tokenizer.json", "tokenizer_config.json"):
        (folder / name).unlink()
    with pytest.raises(ModelLoadError, match="tokenizer"):
        load_model(folder)


def test_a_model_larger_than_the_memory_is_refused_before_it_is_read(folder: Path) -> None:
    """A file with the header of a model of four tebibytes, most of it a hole."""
    elements = 2**41
    header = json.dumps(
        {"weight": {"dtype": "BF16", "shape": [elements], "data_offsets": [0, 2 * elements]}}
    ).encode()
    with (folder / "model.safetensors").open("wb") as file:
        file.write(len(header).to_bytes(8, "little") + header)
        file.truncate(8 + len(header) + 2 * elements)
    assert read_checkpoint(folder).num_parameters == elements
    with pytest.raises(NotEnoughMemoryError, match=r"needs about .* GiB"):
        load_model(folder, device="cpu")


class TooLarge:
    """A network that does not get through to its device."""

    def to(self, _device: torch.device) -> None:
        raise torch.OutOfMemoryError("as of a full card")


def test_a_card_that_fills_up_on_the_way_is_told(small_folder: Path) -> None:
    placement = Placement(torch.device("cpu"), Precision(torch.float32), "sdpa")
    with pytest.raises(NotEnoughMemoryError, match="does not fit into the memory of cpu; close"):
        finish("small", read_checkpoint(small_folder), TooLarge(), placement)


@pytest.mark.parametrize(
    "settings",
    [{"quantization": "int5"}, {"dtype": "int8"}, {"device": "tpu9"}, {"attention": "magic"}],
)
def test_unknown_settings_are_refused(small_folder: Path, settings: dict[str, str]) -> None:
    with pytest.raises(ConfigError, match=next(iter(settings))):
        load_model(small_folder, **settings)


@pytest.mark.parametrize("name", ["/no/such/folder", "./nowhere", "nowhere", "a/b/c", "~nobody/x"])
def test_a_name_that_is_neither_folder_nor_id_is_refused(name: str) -> None:
    with pytest.raises(ModelLoadError, match="no folder"):
        load_model(name)


@pytest.mark.parametrize("name", ["nobody/no-such-model", "no--body/--x"])
def test_a_hub_id_that_cannot_be_had_is_refused(name: str) -> None:
    with pytest.raises(ModelLoadError, match="hub"):
        load_model(name)


@pytest.fixture
def hub_that_hangs_up(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A hub that takes every connection and says nothing."""
    with TCPServer(("127.0.0.1", 0), BaseRequestHandler) as server:
        address = f"http://127.0.0.1:{server.server_address[1]}"
        monkeypatch.setattr(constants, "ENDPOINT", address)
        monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
        thread = threading.Thread(target=server.serve_forever, name="hub")
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.usefixtures("hub_that_hangs_up")
def test_a_broken_line_to_the_hub_is_told() -> None:
    with pytest.raises(ModelLoadError, match="check the name and the connection"):
        load_model("nobody/no-such-model")


def test_eager_attention_equals_fused(small_folder: Path, small_model: LoadedModel) -> None:
    eager = load_model(small_folder, device="cpu", dtype="float32", attention="eager")
    first: list[torch.Tensor] = []
    for model in (eager, small_model):
        stream = CommentaryStream(
            model, StreamingConfig(vision_window_rounds=2, text_window_rounds=2)
        )
        for seed in range(4):
            with logits_of(model) as logits:
                stream.step(noise(seed), forced_reply=model.chat.reply_ids(["w"]))
        first.append(logits[0])
    torch.testing.assert_close(first[0], first[1], rtol=0, atol=1e-4)


def test_kernels_that_cannot_run_are_refused_before_anything_loads(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("engine.model.load.require_flash_library", lambda: None)
    for device, dtype in (("cuda", torch.float32), ("cpu", torch.bfloat16)):
        with pytest.raises(ConfigError, match="flash-attn runs on CUDA in bfloat16 and float16"):
            choose_kernels("flash_attention_2", torch.device(device), Precision(dtype))
    kernels = choose_kernels("flash_attention_2", torch.device("cuda"), Precision(torch.float16))
    assert kernels == "flash_attention_2"


@pytest.mark.parametrize("dtype", ["bfloat16", "float16"])
def test_half_precision_runs(small_folder: Path, dtype: str) -> None:
    model = load_model(small_folder, device="cpu", dtype=dtype)
    stream = CommentaryStream(model, sampling=SamplingConfig(temperature=0.0))
    rounds = [stream.step(noise(seed)) for seed in range(3)]
    assert model.dtype == getattr(torch, dtype)
    assert rounds[-1].cache.num_bytes == rounds[-1].cache.total_tokens * 3 * 2 * 16 * 2
