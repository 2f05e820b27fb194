"""Low-rank adapters (LoRA, arXiv:2106.09685): a folder of peft's, merged into its base at load."""

from __future__ import annotations

import re
import warnings
from typing import TYPE_CHECKING, Any

from engine.errors import ModelLoadError
from engine.model.checkpoint import ADAPTER_WEIGHTS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_PREFIX = "base_model.model."
_PRESENT_NAMES = {
    r"^visual\.": "model.visual.",
    r"^model\.(?!language_model\.|visual\.)": "model.language_model.",
}
"""From names of modules that transformers gave until 4.51 to those of today."""


def merge_adapter(network: Any, folder: Path) -> Any:
    """The network with an adapter's weights added to its own.

    Raises:
        ModelLoadError: The adapter's files are damaged, or were made for another base.
    """
    import peft

    library: Any = peft  # partly untyped
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what does not fit, which is refused below
            adapted = library.PeftModel.from_pretrained(network, folder, key_mapping=_PRESENT_NAMES)
    except (OSError, ValueError, RuntimeError, KeyError, TypeError) as error:
        raise ModelLoadError(f"the adapter in {folder} does not fit its base: {error}") from error
    places = set(library.get_peft_model_state_dict(adapted, save_embedding_layers=False))
    if stray := places ^ set(_present_names(folder / ADAPTER_WEIGHTS)):
        raise ModelLoadError(
            f"the adapter in {folder} was made for another base than it names: {len(stray)} "
            f"tensors do not match, {min(stray)} first; correct the base in its adapter_config.json"
        )
    return adapted.merge_and_unload()


def _present_names(file: Path) -> Iterable[str]:
    """Names of an adapter's tensors as `merge_adapter` lets them be read."""
    from safetensors import safe_open

    opened: Any = safe_open
    with opened(file, framework="pt") as tensors:
        names: list[str] = list(tensors.keys())
    for name in names:
        inner = name.removeprefix(_PREFIX)
        for pattern, replacement in _PRESENT_NAMES.items():
            changed, count = re.subn(pattern, replacement, inner)
            if count:
                inner = changed
                break
        yield _PREFIX + inner
