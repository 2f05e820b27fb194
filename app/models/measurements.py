"""What models were measured at, kept per model, precision and machine."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from app.models.kept import KeptValues

if TYPE_CHECKING:
    from pathlib import Path

    from app.models.machine import Machine
    from app.models.precision import Precision

_COMFORTABLE = 0.7  # of a second for each second: leaves room for the rest of the machine
_JUST = 1.0
DISTURBING = 0.2  # of the processor, taken by other programs


class Verdict(StrEnum):
    """Whether a model keeps up with live video."""

    KEEPS_UP = "keeps up"
    BARELY = "barely keeps up"
    TOO_SLOW = "too slow for live video"


@dataclass(frozen=True, slots=True)
class Measurement:
    """How a model ran.

    Attributes:
        seconds_per_second: Time that a second of video took once the first rounds were over.
        slowest_s: The longest that one of these took.
        num_rounds: Seconds of video that were commented on.
        load_s: Time until it was ready.
        memory_bytes: The most that its process held; on a graphics processor, of main memory.
        device: What it ran on, as torch names it.
        busy_share: Of the processor, from 0 to 1, what other programs took meanwhile.
        measured_at: Unix time.
    """

    seconds_per_second: float
    slowest_s: float
    num_rounds: int
    load_s: float
    memory_bytes: int
    device: str
    busy_share: float
    measured_at: float

    @property
    def was_disturbed(self) -> bool:
        """Other programs slowed it down; it would do better on an idle machine."""
        return self.busy_share > DISTURBING

    @property
    def verdict(self) -> Verdict:
        """Whether it keeps up."""
        return verdict_of(self.seconds_per_second)


def verdict_of(seconds_per_second: float) -> Verdict:
    """Whether a model that takes so long for a second of video keeps up."""
    if seconds_per_second <= _COMFORTABLE:
        return Verdict.KEEPS_UP
    return Verdict.BARELY if seconds_per_second <= _JUST else Verdict.TOO_SLOW


class Measurements:
    """A small file of measurements; a cache, so that a damaged one is only begun anew.

    Args:
        path: The file; it need not exist.
    """

    def __init__(self, path: Path) -> None:
        self._kept = KeptValues(path, Measurement)

    def get(self, model: str, precision: Precision, machine: Machine) -> Measurement | None:
        """What was measured; None where nothing was."""
        return self._kept.get(_key(model, precision, machine))

    def put(
        self, model: str, precision: Precision, machine: Machine, measurement: Measurement
    ) -> None:
        """Keep a measurement in place of an older one; where that fails, it is only logged."""
        self._kept.put(_key(model, precision, machine), measurement)


def _key(model: str, precision: Precision, machine: Machine) -> str:
    return json.dumps([model, precision.value, machine.key], ensure_ascii=False)
