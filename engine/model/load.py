"""Loading a model: which device, which precision, which attention, and then the weights."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

import torch

from engine.errors import ConfigError, ModelLoadError
from engine.events import ModelProgress
from engine.model.checkpoint import Checkpoint, find_folder, read_checkpoint
from engine.model.loaded import GenerationDefaults, LoadedModel
from engine.model.memory import estimate_bytes, free_bytes, require_memory
from engine.model.pictures import read_patch_spec
from engine.model.torchvision import make_torchvision_importable
from engine.prompt import ChatLayout

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from engine.prompt import Tokenizer

Attention = Literal["auto", "sdpa", "eager", "flash_attention_2"]
ProgressListener = Callable[[ModelProgress], None]

_DTYPES = {"float32": torch.float32, "float16": torch.float16, "bfloat16": torch.bfloat16}


@dataclass(frozen=True, slots=True)
class _Placement:
    """Where and how the weights are to lie."""

    device: torch.device
    dtype: torch.dtype
    attention: str


def load_model(
    name: str | Path,
    *,
    device: str = "auto",
    dtype: str = "auto",
    quantization: str | None = None,
    attention: Attention = "auto",
    on_progress: ProgressListener | None = None,
) -> LoadedModel:
    """Load a Qwen2-VL or Qwen2.5-VL model.

    Args:
        name: "bundled", a checkpoint's folder, or a hub id.
        device: As torch names it; "auto" takes the first of CUDA, Apple's and the processor.
        dtype: "float32", "float16" or "bfloat16"; "auto" is the checkpoint's own on a graphics
            processor, and float32 on a processor unless only bfloat16 fits into memory.
        quantization: None; other values are refused.
        attention: Kernels; "auto" is torch's own.
        on_progress: Told what goes on.

    Raises:
        ConfigError: A setting is not one of those above.
        ModelLoadError: The checkpoint cannot be found or used.
        NotEnoughMemoryError: The model does not fit.
    """
    if quantization is not None:
        raise ConfigError(f"quantization {quantization!r} is not available; leave it out")
    tell = on_progress or _ignore
    tell(ModelProgress(f"Looking for {name}"))
    checkpoint = read_checkpoint(find_folder(str(name)))
    placement = _place(checkpoint, device, dtype, attention)
    require_memory(checkpoint.num_parameters, placement.dtype, placement.device)
    tell(ModelProgress(f"Loading {name}"))
    model = _assemble(str(name), checkpoint, placement)
    tell(ModelProgress(f"{name} is ready", 1.0))
    return model


def _ignore(_progress: ModelProgress) -> None:
    return


def _place(checkpoint: Checkpoint, device: str, dtype: str, attention: str) -> _Placement:
    if attention not in get_args(Attention):
        raise ConfigError(f"attention must be one of {get_args(Attention)}, it is {attention!r}")
    where = _device(device)
    kernels = "sdpa" if attention == "auto" else attention
    return _Placement(where, _dtype(dtype, where, checkpoint), kernels)


def _device(name: str) -> torch.device:
    if name != "auto":
        try:
            device = torch.device(name)
            torch.empty(0, device=device)
        except (RuntimeError, AssertionError) as error:
            raise ConfigError(f"device {name!r} is not available here; use 'auto'") from error
        return device
    if torch.cuda.is_available():
        return torch.device("cuda")
    return torch.device("mps" if torch.backends.mps.is_available() else "cpu")


def _dtype(name: str, device: torch.device, checkpoint: Checkpoint) -> torch.dtype:
    if name != "auto":
        if name not in _DTYPES:
            raise ConfigError(f"dtype must be 'auto' or one of {tuple(_DTYPES)}, it is {name!r}")
        return _DTYPES[name]
    if device.type == "cpu":
        exact = estimate_bytes(checkpoint.num_parameters, torch.float32)
        return torch.float32 if exact <= free_bytes(device) else torch.bfloat16
    if device.type == "cuda" and not torch.cuda.is_bf16_supported():
        return torch.float16
    return _DTYPES.get(checkpoint.own_dtype or "", torch.bfloat16)


def _assemble(name: str, checkpoint: Checkpoint, placement: _Placement) -> LoadedModel:
    network = _load_network(checkpoint, placement)
    tokenizer = load_tokenizer(checkpoint.folder)
    return LoadedModel(
        name=name,
        checkpoint=checkpoint,
        network=network,
        tokenizer=tokenizer,
        chat=ChatLayout(tokenizer),
        patches=read_patch_spec(checkpoint),
        defaults=GenerationDefaults.of(network.generation_config),
        eager_attention=placement.attention == "eager",
    )


def load_tokenizer(folder: Path) -> Tokenizer:
    """The tokenizer of a checkpoint's folder.

    Raises:
        ModelLoadError: Its files are missing or damaged.
    """
    make_torchvision_importable()
    import transformers

    auto_class: Any = transformers.AutoTokenizer
    try:
        tokenizer: Tokenizer = auto_class.from_pretrained(
            folder, local_files_only=True, trust_remote_code=False
        )
    except (OSError, ValueError) as error:
        raise ModelLoadError(
            f"{folder} has no usable tokenizer; get its tokenizer files ({error})"
        ) from error
    return tokenizer


def _load_network(checkpoint: Checkpoint, placement: _Placement) -> Any:
    make_torchvision_importable()
    import transformers

    network_class: Any = getattr(transformers, checkpoint.family.class_name)
    try:
        with _quiet_progress_bars():
            network, report = network_class.from_pretrained(
                checkpoint.folder,
                dtype=placement.dtype,
                attn_implementation=placement.attention,
                use_safetensors=True,
                trust_remote_code=False,
                local_files_only=True,
                output_loading_info=True,
            )
    except (OSError, ValueError, RuntimeError, ImportError) as error:
        raise ModelLoadError(f"{checkpoint.folder} cannot be loaded: {error}") from error
    if missing := sorted(report["missing_keys"]):
        raise ModelLoadError(
            f"{checkpoint.folder} lacks {len(missing)} tensors, {missing[0]} first; get it again"
        )
    return network.to(placement.device).eval().requires_grad_(False)


@contextmanager
def _quiet_progress_bars() -> Generator[None]:
    """Keep transformers from drawing bars into a program that shows progress itself."""
    from transformers.utils import logging as transformers_logging

    shown = transformers_logging.is_progress_bar_enabled()
    transformers_logging.disable_progress_bar()
    try:
        yield
    finally:
        if shown:
            transformers_logging.enable_progress_bar()
