"""How fast a model would be on this machine, before it is here.

A second of video is taken for so many matrix products, at the machine's own rate, and for so many
bytes of weights and cache, at the machine's own rate. The engine adds to that; how much depends
on machine and model, so that an estimate tells seconds from minutes and no more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.models.measurements import Verdict, verdict_of
from app.models.precision import Precision, chosen_precision
from engine.config import StreamingConfig
from engine.model.footprint import QUANTIZED_BITS

if TYPE_CHECKING:
    from app.models.limits import MachineLimits
    from app.models.machine import Machine
    from app.models.precision import Parameters
    from app.models.shape import ModelShape

_TURN_TOKENS = 40  # of text in a round, its reply not counted
_REPLY_TOKENS = 10  # of the 20 that a second may have; lively speech has 3 words in a second
_FRAMES_OF_PICTURE = 2
_PATCHES_OF_TOKEN = 4
_WHOLE_BYTES = {Precision.FLOAT32: 4}  # of one value; two in all other precisions
_REACHED = 0.5  # of its limits, what a machine reaches in the engine


@dataclass(frozen=True, slots=True)
class Estimate:
    """How fast a model would be.

    Attributes:
        seconds_per_second: Time that a second of video would take.
        was_disturbed: Other programs were busy while the machine was measured.
    """

    seconds_per_second: float
    was_disturbed: bool

    @property
    def verdict(self) -> Verdict:
        """Whether it would keep up."""
        return verdict_of(self.seconds_per_second)


def estimate(
    shape: ModelShape,
    parameters: Parameters,
    precision: Precision,
    machine: Machine,
    limits: MachineLimits,
) -> Estimate:
    """What to expect at the engine's own settings."""
    config = StreamingConfig()
    chosen = chosen_precision(precision, parameters, machine)
    rates = limits.operations_per_s
    computing_s = _operations(shape, parameters, config) / rates.get(
        chosen.value, rates["float32" if machine.gpu is None else "bfloat16"]
    )
    num_readings = 1 + _REPLY_TOKENS
    reading_s = num_readings * _bytes(shape, parameters, chosen, config) / limits.read_bytes_per_s
    seconds = (computing_s + reading_s) / config.chunk_s / _REACHED
    return Estimate(seconds, limits.was_disturbed)


def _picture_tokens(shape: ModelShape, config: StreamingConfig) -> int:
    """Of one round."""
    return shape.picture_tokens * -(-config.frames_per_chunk // _FRAMES_OF_PICTURE)


def _stored_tokens(shape: ModelShape, config: StreamingConfig) -> int:
    text = config.text_window_rounds * (_TURN_TOKENS + _REPLY_TOKENS)
    pictures = config.vision_window_rounds * _picture_tokens(shape, config)
    return config.sink_tokens + config.previous_text_tokens + text + pictures


def _operations(shape: ModelShape, parameters: Parameters, config: StreamingConfig) -> int:
    """Additions and multiplications of looking at a round's picture and of reading its turn."""
    patches = _PATCHES_OF_TOKEN * _picture_tokens(shape, config)
    num_new = _picture_tokens(shape, config) + _TURN_TOKENS
    vision = parameters.total - parameters.quantizable - shape.embedding_weights
    products = 2 * patches * vision + 2 * num_new * parameters.quantizable
    seen = shape.vision_full_layers * shape.vision_width * patches**2
    read = shape.layers * shape.heads * shape.head_size * num_new * _stored_tokens(shape, config)
    return products + 4 * (seen + read)


def _bytes(
    shape: ModelShape, parameters: Parameters, precision: Precision, config: StreamingConfig
) -> float:
    """What is read for one token: the decoder's weights and the cache."""
    whole = _WHOLE_BYTES.get(precision, 2)
    own = QUANTIZED_BITS[precision.value] / 8 if precision.is_quantized else whole
    head = 1 if precision.is_quantized else whole  # which never has fewer than 8 bits
    cached = 2 * shape.layers * shape.kv_heads * shape.head_size * _stored_tokens(shape, config)
    return own * parameters.quantizable + head * shape.head_weights + whole * cached
