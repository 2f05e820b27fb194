"""Models: found, checked, loaded through transformers, and run with the engine's own cache."""

from engine.model.load import load_model
from engine.model.loaded import LoadedModel

__all__ = ["LoadedModel", "load_model"]
