"""What this machine can do at most, measured once and kept."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.models.kept import KeptValues
from app.models.measurements import DISTURBING
from app.models.measuring import MeasureProgress
from app.paths import limits_file

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.models.machine import Machine


@dataclass(frozen=True, slots=True)
class MachineLimits:
    """How fast models could be read and computed here.

    Attributes:
        read_bytes_per_s: Of memory that no cache holds.
        operations_per_s: Additions and multiplications of matrix products, by data type.
        busy_share: Of the processor, from 0 to 1, what other programs took meanwhile.
        measured_at: Unix time.
    """

    read_bytes_per_s: float
    operations_per_s: dict[str, float]
    busy_share: float
    measured_at: float

    @property
    def was_disturbed(self) -> bool:
        """Other programs were in the way; they are worth measuring again another time."""
        return self.busy_share > DISTURBING


@dataclass(frozen=True, slots=True)
class LimitsJob:
    """Measures this machine; a job for `app.models.jobs` or to run here. Takes some seconds."""

    def run(self, report: Callable[[MeasureProgress | MachineLimits], None]) -> None:
        """Measure; the limits are the last that is reported.

        Raises:
            EngineError: There is not enough memory.
        """
        from app.models.trial import ProcessorLoad
        from engine.bench.limits import measure_limits
        from engine.model.load import find_device

        report(MeasureProgress("Measuring how fast this machine is, once"))
        load = ProcessorLoad()
        found = measure_limits(find_device("auto"))
        limits = MachineLimits(
            found.read_bytes_per_s, found.operations_per_s, load.share_of_others(), time.time()
        )
        report(limits)


def kept_limits(machine: Machine) -> MachineLimits | None:
    """What was measured on this machine; None where nothing was."""
    return _kept().get(machine.key)


def keep_limits(machine: Machine, limits: MachineLimits) -> None:
    """Keep them in place of older ones."""
    _kept().put(machine.key, limits)


def _kept() -> KeptValues[MachineLimits]:
    return KeptValues(limits_file(), MachineLimits)
