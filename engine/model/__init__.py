"""Models: found, checked, loaded through transformers, and run with the engine's own cache.

The public names load lazily (PEP 562): folders are found and checked without importing torch.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engine.model.load import load_model
    from engine.model.loaded import LoadedModel

__all__ = ["LoadedModel", "load_model"]

_HOMES = {"LoadedModel": "engine.model.loaded", "load_model": "engine.model.load"}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'engine.model' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
