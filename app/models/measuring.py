"""Whether a model keeps up here, as a job: light to make, for it may run in another process."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.models.precision import Precision

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.models.measurements import Measurement

MEASURE_S = 10.0


@dataclass(frozen=True, slots=True)
class MeasureProgress:
    """What goes on; `fraction` is None where it is not known."""

    message: str
    fraction: float | None = None


@dataclass(frozen=True, slots=True)
class Measured:
    """The result."""

    measurement: Measurement


@dataclass(frozen=True, slots=True)
class MeasureJob:
    """Loads a model and measures it; a job for `app.models.jobs` or to run here.

    Attributes:
        name: As the session would name it.
        folder: Where it is; "bundled" for the bundled one.
        duration_s: How long it comments, loading not counted; a slow model still gets three
            rounds.
    """

    name: str
    folder: str
    precision: Precision = Precision.AUTO
    duration_s: float = MEASURE_S

    def run(self, report: Callable[[MeasureProgress | Measured], None]) -> None:
        """Measure.

        Raises:
            EngineError: The model cannot be loaded so.
        """
        from app.models.trial import measure

        measure(self, report)
