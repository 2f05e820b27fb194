"""Loading a model: which device, which precision, which attention, and then the weights."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, get_args

import torch

from engine.config import Attention
from engine.errors import ConfigError, ModelLoadError, NotEnoughMemoryError, in_one_line
from engine.events import ModelProgress
from engine.model import own_flash
from engine.model.adapter import merge_adapter
from engine.model.attention import (
    prefer_steady_kernels,
    require_flash_library,
    runs_flash_library,
)
from engine.model.blank import blank_network
from engine.model.checkpoint import Checkpoint, find_folder, read_checkpoint
from engine.model.loaded import GenerationDefaults, LoadedModel
from engine.model.memory import require_memory
from engine.model.pictures import read_patch_spec
from engine.model.precision import Precision, choose_precision, parse_precision
from engine.model.quantized import quantize_network
from engine.model.spread import (
    devices_of_layers,
    free_bytes_of_cards,
    free_tower,
    share_among,
)
from engine.model.torchvision import make_torchvision_importable
from engine.model.tower import use_attention
from engine.prompt import ChatLayout

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from engine.model.spread import DeviceMap
    from engine.prompt import Tokenizer

ProgressListener = Callable[[ModelProgress], None]

_MOST_DESCRIBED = 2
"""Weights that a model may have per weight in its files; a few missing ones are told by name."""


@dataclass(frozen=True, slots=True)
class Placement:
    """Where and how a model's weights are to lie, and which kernels attend.

    Attributes:
        device: Where all of them lie, or what embeds tokens where several devices share them.
        device_map: Devices of parts by name, as accelerate has it; None for one device.
    """

    device: torch.device
    precision: Precision
    attention: str
    device_map: DeviceMap | None = None


def load_model(  # noqa: PLR0913  (all that can be chosen, by name)
    name: str | Path,
    *,
    device: str = "auto",
    dtype: str = "auto",
    quantization: str | None = None,
    precision: str = "auto",
    attention: Attention = "auto",
    library: Path | None = None,
    on_progress: ProgressListener | None = None,
) -> LoadedModel:
    """Load a model of one of `engine.model.families.FAMILIES`.

    Args:
        name: "bundled", a folder or a hub id, of a checkpoint or of a LoRA adapter for one.
        device: As torch names it; "auto" takes the first of CUDA, Apple's and the processor, and
            shares the layers among all CUDA devices where one is too small.
        dtype: "float32", "float16" or "bfloat16"; "auto" is the checkpoint's own on a graphics
            processor. On a processor it is float32, or bfloat16 where only that fits into memory or
            where the weights are of it and this machine is measured to be clearly quicker with it.
        quantization: "int8" or "int4" for the decoder's weights, on a processor and on CUDA.
        precision: Both in one word: a data type or a quantization.
        attention: Kernels; "auto" is the flash-attn library on CUDA where it is installed, torch's
            own otherwise.
        library: A folder of downloaded models, in which an adapter's base is looked for first.
        on_progress: Told what goes on.

    Raises:
        ConfigError: A setting is not one of those above.
        ModelLoadError: The checkpoint cannot be found or used.
        NotEnoughMemoryError: The model does not fit.
    """
    dtype, quantization = parse_precision(precision, dtype, quantization)
    if attention not in get_args(Attention):
        raise ConfigError(f"attention must be one of {get_args(Attention)}, it is {attention!r}")
    where = find_device(device)
    tell = on_progress or _ignore
    tell(ModelProgress(f"Looking for {name}"))
    checkpoint = read_checkpoint(find_folder(str(name)), download=True, library=library)
    numbers = choose_precision(dtype, quantization, where, checkpoint)
    device_map = _share_if_too_large(checkpoint, numbers, where, shared=device == "auto")
    tell(ModelProgress(f"Loading {name}"))
    placement = Placement(where, numbers, choose_kernels(attention, where, numbers), device_map)
    model = finish(str(name), checkpoint, _load_network(checkpoint, placement), placement)
    tell(ModelProgress(f"{name} is ready", 1.0))
    return model


def _ignore(_progress: ModelProgress) -> None:
    return


def find_device(name: str) -> torch.device:
    """The device of a name, "auto" the first there is of CUDA, Apple's and the processor.

    Raises:
        ConfigError: It is not available.
    """
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


def _share_if_too_large(
    checkpoint: Checkpoint, precision: Precision, device: torch.device, *, shared: bool
) -> DeviceMap | None:
    """Where a model's parts lie if one device is too small for it and several may share it."""
    try:
        require_memory(checkpoint, precision, device)
    except NotEnoughMemoryError:
        cards = free_bytes_of_cards() if shared and device.type == "cuda" else {}
        if len(cards) < 2 or precision.quantization is not None:  # noqa: PLR2004  (several)
            raise
        return share_among(checkpoint, precision.dtype, cards)
    return None


def choose_kernels(attention: Attention, device: torch.device, precision: Precision) -> str:
    """What "auto" stands for: the flash-attn library where it can be used, torch's own otherwise.

    Raises:
        ConfigError: The library is asked for and not installed, or does not run there.
    """
    is_half = precision.dtype in {torch.bfloat16, torch.float16}
    if attention == "flash_attention_2":
        require_flash_library()
        if not is_half or device.type != "cuda":
            raise ConfigError(
                f"flash-attn runs on CUDA in bfloat16 and float16, not on {device} in "
                f"{precision.name}; choose attention 'auto' or 'sdpa'"
            )
    if attention != "auto":
        return attention
    return "flash_attention_2" if is_half and runs_flash_library(device) else "sdpa"


def finish(name: str, checkpoint: Checkpoint, network: Any, placement: Placement) -> LoadedModel:
    """Make a model of a loaded network: quantized, moved to where it belongs, ready to run.

    Raises:
        ModelLoadError: The tokenizer or the settings of its pictures cannot be used.
        NotEnoughMemoryError: The memory ends on the way.
    """
    if placement.device.type == "cuda":
        prefer_steady_kernels()
    network = _settle(network, placement)
    if placement.attention == "sdpa" and own_flash.is_there(
        placement.device, placement.precision.dtype
    ):
        use_attention(network, own_flash.TOWER_KERNEL, own_flash.attend_in_windows)
    tokenizer = load_tokenizer(checkpoint.folder)
    return LoadedModel(
        name=name,
        checkpoint=checkpoint,
        network=network.eval().requires_grad_(False),
        tokenizer=tokenizer,
        chat=ChatLayout(tokenizer, stamps_patches=checkpoint.family.stamps_patches),
        patches=read_patch_spec(checkpoint),
        defaults=GenerationDefaults.of(network.generation_config),
        precision=placement.precision,
        attention=placement.attention,
        layer_devices=() if placement.device_map is None else devices_of_layers(network),
    )


def _settle(network: Any, placement: Placement) -> Any:
    """The network, quantized and moved to where it belongs."""
    try:
        if placement.precision.quantization is not None:
            quantize_network(network, placement.precision.quantization, placement.device)
        return network.to(placement.device) if placement.device_map is None else network
    except torch.OutOfMemoryError as error:  # others took what was free when it was asked
        raise NotEnoughMemoryError(
            f"the model does not fit into the memory of {placement.device}; close other programs "
            "or choose a smaller model"
        ) from error


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
    except Exception as error:  # a damaged file leads to whatever it leads to
        raise ModelLoadError(
            f"{folder} has no usable tokenizer; get its tokenizer files ({in_one_line(error)})"
        ) from error
    return tokenizer


def _load_network(checkpoint: Checkpoint, placement: Placement) -> Any:
    make_torchvision_importable()
    import transformers

    network_class: Any = getattr(transformers, checkpoint.family.class_name)
    _require_as_described(checkpoint)
    try:
        with _quiet_transformers():
            network, report = network_class.from_pretrained(
                checkpoint.folder,
                dtype=placement.precision.dtype,
                attn_implementation=placement.attention,
                device_map=placement.device_map,
                use_safetensors=True,
                trust_remote_code=False,
                local_files_only=True,
                ignore_mismatched_sizes=True,  # they are refused below, by their names
                output_loading_info=True,
            )
    except Exception as error:  # a damaged file leads to whatever it leads to
        raise ModelLoadError(
            f"{checkpoint.folder} cannot be loaded: {in_one_line(error)}"
        ) from error
    _require_all(checkpoint, report)
    if placement.device_map is not None:
        free_tower(network)
    return network if checkpoint.adapter is None else merge_adapter(network, checkpoint.adapter)


def _require_as_described(checkpoint: Checkpoint) -> None:
    """Refuse settings of a far larger model, which transformers would fill up with random weights.

    Raises:
        ModelLoadError: They are not of these weights, or of no model.
    """
    described = sum(weights.numel() for weights in blank_network(checkpoint).parameters())
    if described > _MOST_DESCRIBED * checkpoint.num_parameters:
        raise ModelLoadError(
            f"{checkpoint.folder / 'config.json'} describes a model of {described} weights and its "
            f"files hold {checkpoint.num_parameters}; get config.json again"
        )


def _require_all(checkpoint: Checkpoint, report: dict[str, Any]) -> None:
    """Make sure that every tensor of the model was there, in its size.

    Raises:
        ModelLoadError: One was not.
    """
    if missing := sorted(report["missing_keys"]):
        raise ModelLoadError(
            f"{checkpoint.folder} lacks {len(missing)} tensors, {missing[0]} first; get it again"
        )
    if wrong := sorted(name for name, *_ in report["mismatched_keys"]):
        raise ModelLoadError(
            f"{checkpoint.folder} holds {len(wrong)} tensors of another size than its config.json "
            f"says, {wrong[0]} first; get it again"
        )


@contextmanager
def _quiet_transformers() -> Generator[None]:
    """Keep transformers from drawing bars and reports into a program that says all that itself."""
    from transformers.utils import logging as transformers_logging

    level = transformers_logging.get_verbosity()
    shown = transformers_logging.is_progress_bar_enabled()
    transformers_logging.set_verbosity_error()
    transformers_logging.disable_progress_bar()
    try:
        yield
    finally:
        transformers_logging.set_verbosity(level)
        if shown:
            transformers_logging.enable_progress_bar()
