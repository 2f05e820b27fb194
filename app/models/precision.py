"""How exactly weights are kept: fewer bits need less memory, and are less exact."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from engine.model.footprint import needed_bytes

if TYPE_CHECKING:
    from app.models.machine import Machine


class Precision(StrEnum):
    """What `engine.load_model` takes as `precision`; AUTO leaves the choice to it."""

    AUTO = "auto"
    FLOAT32 = "float32"
    BFLOAT16 = "bfloat16"
    INT8 = "int8"
    INT4 = "int4"

    @property
    def is_quantized(self) -> bool:
        """Fewer than 16 bits, in those weights that allow it."""
        return self in {Precision.INT8, Precision.INT4}


@dataclass(frozen=True, slots=True)
class Parameters:
    """How many values a model has.

    Attributes:
        total: In all of its weights.
        quantizable: In those of them that can be kept in 8 or 4 bits.
    """

    total: int
    quantizable: int


@dataclass(frozen=True, slots=True)
class MemoryNeed:
    """Bytes that a model needs, its caches not counted.

    Attributes:
        loading_bytes: While it is being loaded.
        running_bytes: From then on.
        whole_bytes: With all weights in 16 bits, for comparison.
    """

    loading_bytes: int
    running_bytes: int
    whole_bytes: int


def memory_need(precision: Precision, parameters: Parameters, machine: Machine) -> MemoryNeed:
    """What a model needs on this machine.

    A processor quantizes weights once all of them are there in 16 bits; a graphics processor gets
    them quantized. AUTO is counted as the most exact numbers that the engine may choose.
    """
    chosen = chosen_precision(precision, parameters, machine)
    whole = _whole_bytes(Precision.BFLOAT16, parameters)
    if not chosen.is_quantized:
        own = _whole_bytes(chosen, parameters)
        return MemoryNeed(own, own, whole)
    running = needed_bytes(parameters.total, 2, chosen.value, parameters.quantizable)
    loading = running if machine.gpu is not None else whole
    return MemoryNeed(loading, running, whole)


def chosen_precision(precision: Precision, parameters: Parameters, machine: Machine) -> Precision:
    """The precision itself; for AUTO the most exact one that the engine may choose."""
    return _most_exact(parameters, machine) if precision is Precision.AUTO else precision


def _whole_bytes(precision: Precision, parameters: Parameters) -> int:
    return needed_bytes(parameters.total, 4 if precision is Precision.FLOAT32 else 2)


def _most_exact(parameters: Parameters, machine: Machine) -> Precision:
    if machine.gpu is not None:
        return Precision.BFLOAT16
    exact = _whole_bytes(Precision.FLOAT32, parameters)
    return Precision.FLOAT32 if exact <= machine.memory.free_bytes else Precision.BFLOAT16
