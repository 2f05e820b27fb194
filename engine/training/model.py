"""Loading a checkpoint for training, choosing what learns, and saving the result."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING, Any

import torch

from engine.model import LoadedModel, load_model
from engine.model.attention import runs_flash_library
from engine.training.encode import ClipEncoder

if TYPE_CHECKING:
    from pathlib import Path

    from engine.config import StreamingConfig
    from engine.training.config import TuningConfig

_LANGUAGE_PROJECTIONS = r".*language_model\.layers\.\d+\.(self_attn|mlp)\.\w+_proj"
_WEIGHTS = re.compile(r"(config\.json|.*\.safetensors(\.index\.json)?)")
_COPIED = ("*.json", "*.jinja", "*.model", "*.txt")


def load_for_training(
    name: str | Path, dtype: str = "float32", *, flash: bool = False
) -> LoadedModel:
    """Load a checkpoint on the processor; the Trainer moves or shards it.

    Weights that learn need float32. Frozen ones under adapters may be "bfloat16". With `flash` they
    attend by flash-attn where that is installed, which computes in half precision on CUDA only.

    Raises:
        ModelLoadError: The checkpoint cannot be found or used.
        NotEnoughMemoryError: It does not fit into memory.
    """
    model = load_model(name, device="cpu", dtype=dtype)
    if flash and _has_flash_attention():
        model.network.set_attn_implementation("flash_attention_2")
    return model


def encoder_of(model: LoadedModel, config: StreamingConfig) -> ClipEncoder:
    """The encoder that goes with a checkpoint, for clips laid out as `config` streams."""
    vision = model.checkpoint.vision_config
    return ClipEncoder(
        layout=model.chat,
        spec=model.patches_for(config),
        rule=model.checkpoint.family.position_rule(vision, config.sample_fps, reference=False),
        sink_tokens=config.sink_tokens,
        previous_text_tokens=config.previous_text_tokens,
    )


def choose_weights(network: Any, tuning: TuningConfig) -> Any:
    """Mark what learns; the result is the network itself, or one with adapters around it."""
    if tuning.lora_rank:
        return _with_adapters(network.requires_grad_(False), tuning)
    network.requires_grad_(True)
    network.model.visual.requires_grad_(tuning.train_vision)
    return network


def _with_adapters(network: Any, tuning: TuningConfig) -> Any:
    import peft

    make_adapters: Any = peft.get_peft_model
    return make_adapters(
        network,
        peft.LoraConfig(
            r=tuning.lora_rank,
            lora_alpha=tuning.lora_alpha or 2 * tuning.lora_rank,
            target_modules=_LANGUAGE_PROJECTIONS,
        ),
    )


def finish_checkpoint(saved: Path, source: LoadedModel, folder: Path) -> None:
    """Make a checkpoint that the engine loads out of what the Trainer saved.

    Adapters are merged into the weights of `source`, the weights take the data type they had
    before, and the tokenizer's and preprocessor's files come along. `folder` appears whole or not
    at all.
    """
    partial = folder.with_name(folder.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    network = _tuned_network(saved, source)
    dtype = getattr(torch, source.checkpoint.own_dtype or "float32")
    network.to(dtype).save_pretrained(partial)
    for pattern in _COPIED:
        for file in source.checkpoint.folder.glob(pattern):
            if not _WEIGHTS.fullmatch(file.name):
                shutil.copy2(file, partial)
    partial.replace(folder)


def _tuned_network(saved: Path, source: LoadedModel) -> Any:
    """The network with the weights that were learnt, on the processor."""
    import peft
    import transformers

    if (saved / "adapter_config.json").is_file():
        checkpoint = source.checkpoint
        base = load_for_training(checkpoint.adapter or checkpoint.folder).network
        adapted: Any = peft.PeftModel
        return adapted.from_pretrained(base, saved).merge_and_unload()
    network_class: Any = getattr(transformers, source.checkpoint.family.class_name)
    return network_class.from_pretrained(saved, local_files_only=True)


def _has_flash_attention() -> bool:
    from transformers.utils.import_utils import is_flash_attn_2_available

    return is_flash_attn_2_available() and runs_flash_library(torch.device("cuda"))
