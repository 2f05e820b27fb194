"""The streaming engine: models, bounded cache, training and evaluation. No Qt, nothing of `app`.

The public names load lazily (PEP 562), so that `engine.config`, `engine.events` and
`engine.match` can be used without importing torch.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engine.config import SamplingConfig, StreamingConfig
    from engine.model import LoadedModel, load_model
    from engine.stream import CommentaryStream

__all__ = [
    "CommentaryStream",
    "LoadedModel",
    "SamplingConfig",
    "StreamingConfig",
    "load_model",
]

_HOMES = {
    "CommentaryStream": "engine.stream",
    "LoadedModel": "engine.model",
    "SamplingConfig": "engine.config",
    "StreamingConfig": "engine.config",
    "load_model": "engine.model",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'engine' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
