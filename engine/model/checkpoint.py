"""A checkpoint's folder: found, read as far as its headers, and checked before anything loads."""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.errors import ModelLoadError
from engine.model.families import family_of

if TYPE_CHECKING:
    from engine.model.family import Family

BUNDLED = "bundled"
CHECKPOINT_FILES = ("*.json", "*.safetensors", "*.txt", "*.jinja", "*.model")
ADAPTER_CONFIG = "adapter_config.json"
ADAPTER_WEIGHTS = "adapter_model.safetensors"
_CONFIG = "config.json"
_INDEX = "model.safetensors.index.json"
_SINGLE = "model.safetensors"
_PROJECTION = re.compile(r"(?<!visual)\.layers\.\d+\.(self_attn|mlp)\.\w+_proj\.weight$")
_HEADER_LIMIT = 100_000_000  # what the safetensors format itself allows


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A folder whose parts are all there.

    Attributes:
        folder: Where it is.
        family: What it holds.
        config: The parsed `config.json`.
        num_parameters: Values in all tensors together.
        num_quantizable: Those in the decoder's projections, which can be quantized.
        adapter: The folder of an adapter that is to be merged into it; None for none.
    """

    folder: Path
    family: Family
    config: dict[str, Any]
    num_parameters: int
    num_quantizable: int = 0
    adapter: Path | None = None

    @property
    def vision_config(self) -> dict[str, Any]:
        """Settings of the vision tower."""
        section: dict[str, Any] = self.config.get("vision_config", {})
        return section

    @property
    def own_dtype(self) -> str | None:
        """Name of the data type that the weights are stored in, if the checkpoint says so."""
        text: dict[str, Any] = self.config.get("text_config", {})
        for section in (self.config, text):
            for key in ("dtype", "torch_dtype"):
                if isinstance(section.get(key), str):
                    return section[key]
        return None


def find_folder(name: str, *, download: bool = True) -> Path:
    """The folder of a model: the bundled one, a local path, or a hub id.

    Args:
        name: Which.
        download: Get a hub id's files where they are not here yet.

    Raises:
        ModelLoadError: There is no such folder and no such model on the hub.
    """
    if name == BUNDLED:
        folder = Path(str(resources.files("assets"))) / "models" / "match"
        if not folder.is_dir():
            raise ModelLoadError(f"the bundled model is missing from {folder}; install again")
        return folder
    local = _local_path(name)
    if local.is_dir():
        return local
    looks_like_id = name.count("/") == 1 and not name.startswith((".", "~", "/"))
    if not looks_like_id or local.is_absolute():
        raise ModelLoadError(f"there is no folder {local}; give a checkpoint's folder or a hub id")
    return _fetch(name, download=download)


def _local_path(name: str) -> Path:
    try:
        return Path(name).expanduser()
    except RuntimeError as error:  # nobody here has this home
        raise ModelLoadError(f"there is no folder {name}; check its spelling") from error


def _fetch(hub_id: str, *, download: bool) -> Path:
    import httpx2
    import huggingface_hub
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError

    hub: Any = huggingface_hub
    try:
        return Path(
            hub.snapshot_download(
                hub_id, allow_patterns=list(CHECKPOINT_FILES), local_files_only=not download
            )
        )
    except HFValidationError as error:
        raise ModelLoadError(
            f"{hub_id!r} is neither a folder nor a valid hub id; check its spelling"
        ) from error
    except (HfHubHTTPError, httpx2.TransportError, OSError) as error:
        if not download:
            raise ModelLoadError(
                f"{hub_id} is not on this machine; get it first, in the window's list of models or "
                f"with `kibitz models get {hub_id}`"
            ) from error
        raise ModelLoadError(
            f"{hub_id!r} is no local folder and could not be downloaded from the hub; check the "
            f"name and the connection, or give a folder ({error.__class__.__name__})"
        ) from error


def read_checkpoint(
    folder: Path, *, download: bool = False, library: Path | None = None
) -> Checkpoint:
    """Check `folder` and read its headers.

    Args:
        folder: Of a checkpoint, or of an adapter, which stands for its base and itself.
        download: Get an adapter's base from the hub where it is not here yet.
        library: Of downloaded models, by `library_name`, one of which may be an adapter's base;
            None for the folder that holds `folder`.

    Raises:
        ModelLoadError: No `config.json`, another architecture, or missing or truncated weights;
            or the base of an adapter has these faults.
    """
    if _is_adapter(folder):
        base = _find_base(_base_of(folder), library or folder.parent, download=download)
        if _is_adapter(base):
            raise ModelLoadError(
                f"the base of the adapter {folder} is an adapter; merge that first"
            )
        return replace(read_checkpoint(base), adapter=folder)
    config_file = folder / _CONFIG
    if not config_file.is_file():
        raise ModelLoadError(
            f"{folder} has no config.json; choose the folder that holds the checkpoint's files"
        )
    config = read_json(config_file)
    family = family_of(config.get("model_type"), str(folder))
    sizes = [size for shard in _shards(folder) for size in _tensor_sizes(shard)]
    quantizable = sum(count for name, count in sizes if _PROJECTION.search(name))
    return Checkpoint(folder, family, config, sum(count for _, count in sizes), quantizable)


def read_json(file: Path) -> dict[str, Any]:
    """The object in a JSON file.

    Raises:
        ModelLoadError: The file does not hold one.
    """
    try:
        content: Any = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelLoadError(f"{file} cannot be read ({error}); get the file again") from error
    if not isinstance(content, dict):
        raise ModelLoadError(f"{file} does not hold a JSON object; get the file again")
    return content  # pyright: ignore[reportUnknownVariableType]  (keys of JSON are strings)


def _is_adapter(folder: Path) -> bool:
    has_weights = (folder / _SINGLE).is_file() or (folder / _INDEX).is_file()
    return (folder / ADAPTER_CONFIG).is_file() and not has_weights


def library_name(hub_id: str) -> str:
    """The name of a downloaded model's folder."""
    return hub_id.replace("/", "--")


def _find_base(name: str, library: Path, *, download: bool) -> Path:
    downloaded = library / library_name(name)
    is_here = (downloaded / _CONFIG).is_file()
    return downloaded if is_here else find_folder(name, download=download)


def _base_of(folder: Path) -> str:
    """What an adapter names as its base: a folder, which may lie beside it, or a hub id."""
    config = read_json(folder / ADAPTER_CONFIG)
    kind, base = config.get("peft_type"), config.get("base_model_name_or_path")
    if kind != "LORA":
        raise ModelLoadError(
            f"{folder} is an adapter of type {kind}; only LoRA adapters can be merged into a model"
        )
    if not isinstance(base, str) or not base:
        raise ModelLoadError(
            f"{folder / ADAPTER_CONFIG} names no base; put its folder or hub id into "
            "base_model_name_or_path"
        )
    _require_files(folder, [folder / ADAPTER_WEIGHTS])
    _tensor_sizes(folder / ADAPTER_WEIGHTS)
    return str(folder / base) if (folder / base).is_dir() else base


def _shards(folder: Path) -> list[Path]:
    index = folder / _INDEX
    if index.is_file():
        shards = [folder / name for name in _shard_names(index)]
    else:
        shards = [folder / _SINGLE]
    _require_files(folder, shards)
    return shards


def _shard_names(index: Path) -> list[str]:
    """The files that an index of tensors names."""
    files_of_tensors: Any = read_json(index).get("weight_map")
    try:
        return sorted({str(name) for name in files_of_tensors.values()})
    except AttributeError as error:
        raise ModelLoadError(f"{index} names no files; get the file again") from error


def _require_files(folder: Path, files: list[Path]) -> None:
    if missing := [file.name for file in files if not file.is_file()]:
        raise ModelLoadError(
            f"{folder} lacks {', '.join(missing)}; get the missing safetensors files, which alone "
            "are read"
        )


def _tensor_sizes(shard: Path) -> list[tuple[str, int]]:
    """Names and numbers of values of the tensors in a safetensors file, from its header.

    Raises:
        ModelLoadError: The file is shorter than its header says, or the header is damaged.
    """
    size = shard.stat().st_size
    with shard.open("rb") as file:
        header_size = int.from_bytes(file.read(8), "little")
        header = file.read(min(header_size, _HEADER_LIMIT))
    try:
        entries: dict[str, dict[str, Any]] = json.loads(header)
        tensors = [(name, entry) for name, entry in entries.items() if name != "__metadata__"]
        end = 8 + header_size + max((entry["data_offsets"][1] for _, entry in tensors), default=0)
        sizes = [(name, math.prod(entry["shape"])) for name, entry in tensors]
    except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        raise ModelLoadError(f"{shard} is damaged or truncated; get the file again") from error
    if size < end:
        raise ModelLoadError(
            f"{shard} is truncated: it has {size} of {end} bytes; get the file again"
        )
    return sizes
