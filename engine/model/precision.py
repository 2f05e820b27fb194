"""In which numbers a model computes: asked for by name, or chosen by what the machine is quick at.

Weights of 4 bits use the kernels that torch itself brings for processors and for CUDA. Those of 8
bits use its kernel for processors where few tokens are run, else one plain product of the unpacked
weights. A library for more formats would add seconds to every start and, without a compiler, be
slower.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, cast, get_args

import torch
from torch.nn import functional

from engine.errors import ConfigError
from engine.model.memory import estimate_bytes, free_bytes
from engine.model.own_flash import AMPERE

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.model.checkpoint import Checkpoint

Quantization = Literal["int8", "int4"]

DTYPES = {"float32": torch.float32, "float16": torch.float16, "bfloat16": torch.bfloat16}
PRECISIONS = ("auto", *DTYPES, *get_args(Quantization))

_SMALL_BYTES = 64 * 2**20  # such weights are soon read; what counts then is the number of calls
_WORTH_IT = 1.25  # how much quicker bfloat16 must be to be preferred to exact numbers
_MEASURED_BYTES = 48 * 2**20  # beyond any processor's own caches
_MEASURED_CHANNELS = 1024
_MEASURED_TOKENS = (1, 128)
_REPEATS = 5


@dataclass(frozen=True, slots=True)
class Precision:
    """What a model computes in.

    Attributes:
        dtype: Of activations, caches, and of all weights that are not quantized.
        quantization: Of the decoder's weights; None where they are of `dtype`, too.
    """

    dtype: torch.dtype
    quantization: Quantization | None = None

    @classmethod
    def of(cls, dtype: str, quantization: str | None) -> Precision:
        """Of checked names."""
        return cls(DTYPES[dtype], cast("Quantization | None", quantization))

    @property
    def name(self) -> str:
        """As one asks for it."""
        return self.quantization or str(self.dtype).removeprefix("torch.")


def parse_precision(precision: str, dtype: str, quantization: str | None) -> tuple[str, str | None]:
    """The data type and the quantization that `load_model`'s three settings come to.

    Raises:
        ConfigError: A name is unknown, or two of them contradict each other.
    """
    if precision != "auto" and (dtype != "auto" or quantization is not None):
        raise ConfigError("precision names all; leave dtype and quantization out beside it")
    if precision not in PRECISIONS:
        raise ConfigError(f"precision must be one of {PRECISIONS}, it is {precision!r}")
    if precision in get_args(Quantization):
        quantization = precision
    elif precision != "auto":
        dtype = precision
    if dtype != "auto" and dtype not in DTYPES:
        raise ConfigError(f"dtype must be 'auto' or one of {tuple(DTYPES)}, it is {dtype!r}")
    if quantization is not None and quantization not in get_args(Quantization):
        raise ConfigError(
            f"quantization must be one of {get_args(Quantization)}, it is {quantization!r}"
        )
    return dtype, quantization


def choose_precision(
    dtype: str, quantization: str | None, device: torch.device, checkpoint: Checkpoint
) -> Precision:
    """What to compute in, from checked names.

    Raises:
        ConfigError: The device or the data type does not go with the quantization.
    """
    if quantization is not None:
        if device.type not in {"cpu", "cuda"}:
            raise ConfigError(f"{quantization} weights do not run on {device}; use bfloat16")
        if device.type == "cuda" and torch.cuda.get_device_capability(device) < AMPERE:
            raise ConfigError(f"{quantization} weights need an NVIDIA GPU from 2020 or later")
        if dtype not in {"auto", "bfloat16"}:
            raise ConfigError(f"{quantization} weights go with dtype bfloat16, not with {dtype}")
        return Precision.of("bfloat16", quantization)
    if dtype != "auto":
        return Precision.of(dtype, None)
    if device.type == "cpu":
        return Precision(_dtype_of_processor(checkpoint))
    if device.type == "cuda" and not torch.cuda.is_bf16_supported(including_emulation=False):
        return Precision(torch.float16)
    return Precision(DTYPES.get(checkpoint.own_dtype or "", torch.bfloat16))


def _dtype_of_processor(checkpoint: Checkpoint) -> torch.dtype:
    """float32, unless only bfloat16 fits, or the weights are of it and it is clearly quicker."""
    needed = estimate_bytes(checkpoint.num_parameters, torch.float32)
    if needed > free_bytes(torch.device("cpu")):
        return torch.bfloat16
    is_small = checkpoint.num_parameters * torch.float32.itemsize < _SMALL_BYTES
    if is_small or checkpoint.own_dtype != "bfloat16" or not is_bfloat16_quick():
        return torch.float32
    return torch.bfloat16


def is_bfloat16_quick() -> bool:
    """Whether matrix products of one token and of many are clearly quicker than in float32."""
    return all(
        _seconds(torch.bfloat16, tokens) * _WORTH_IT < _seconds(torch.float32, tokens)
        for tokens in _MEASURED_TOKENS
    )


def _seconds(dtype: torch.dtype, num_tokens: int) -> float:
    """Time of a matrix product whose weights must come from memory."""
    rows = _MEASURED_BYTES // (dtype.itemsize * _MEASURED_CHANNELS)
    weights = torch.zeros((rows, _MEASURED_CHANNELS), dtype=dtype)
    states = torch.zeros((num_tokens, _MEASURED_CHANNELS), dtype=dtype)
    taken = min(_time(lambda: functional.linear(states, weights)) for _ in range(_REPEATS))
    return taken / rows


def _time(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
