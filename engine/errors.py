"""Errors of the engine: each message is one sentence that says what to do."""

from __future__ import annotations

import textwrap


class EngineError(Exception):
    """Base of everything the engine raises for a cause outside its own code."""


class ConfigError(EngineError, ValueError):
    """A setting is out of its range."""


class ModelLoadError(EngineError):
    """A checkpoint cannot be used: missing, damaged, or of another architecture."""


class NotEnoughMemoryError(EngineError, MemoryError):
    """The machine has less free memory than the model or the stream needs."""


class FrameError(EngineError, ValueError):
    """Frames have the wrong dtype, shape or number."""


class NumericsError(EngineError, ArithmeticError):
    """The model gave non-finite logits."""


class DataError(EngineError, ValueError):
    """A data file or a line of it is malformed; the message names file and line."""


class TrainingError(EngineError):
    """A training run cannot start or go on."""


class EndpointError(EngineError):
    """A language model's endpoint cannot be reached, refuses the request, or gave up."""


class RefusedError(EngineError):
    """A language model's endpoint refuses one question, for what it says or how long it is."""


class ReplyError(EngineError):
    """A language model answered, but not in the form that was asked for."""


def in_one_line(error: Exception) -> str:
    """What an error says, its line breaks and what is too long for a sentence left out."""
    return textwrap.shorten(str(error), 200, placeholder="…") or type(error).__name__
