"""All that is to be shown of a model: what it is, where it is, whether it fits and keeps up."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import TYPE_CHECKING

from app.models.catalogue import CatalogueEntry, with_own
from app.models.estimate import Estimate, estimate
from app.models.limits import kept_limits
from app.models.measurements import Measurement, Measurements
from app.models.places import Place, find
from app.models.precision import memory_need
from app.paths import measurements_file

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from app.models.limits import MachineLimits
    from app.models.machine import Machine, Memory
    from app.models.precision import MemoryNeed, Precision


class Fit(Enum):
    """Whether a model has room."""

    FITS = auto()
    TIGHT = auto()  # once other programs are closed
    TOO_LARGE = auto()


@dataclass(frozen=True, slots=True)
class ModelOverview:
    """One model on this machine, at one precision.

    Attributes:
        precision: What was asked for.
        need: None where the number of its parameters is not known.
        measurement: None where it was not measured so.
        estimate: By the machine's limits; None where model or limits are not known, or where the
            model has no room.
    """

    entry: CatalogueEntry
    place: Place
    precision: Precision
    memory: Memory
    need: MemoryNeed | None
    measurement: Measurement | None
    estimate: Estimate | None = None

    @property
    def licence(self) -> str | None:
        """What the hub said, else what is known; None where neither is."""
        return self.place.licence or self.entry.licence

    @property
    def size_bytes(self) -> int | None:
        """Of its files, or of the download."""
        return self.place.size_bytes or self.entry.download_bytes

    @property
    def saved_bytes(self) -> int:
        """What 8 or 4 bits save against 16, once the model is loaded."""
        if self.need is None or not self.precision.is_quantized:
            return 0
        return self.need.whole_bytes - self.need.running_bytes

    @property
    def fit(self) -> Fit | None:
        """Whether it has room; None where its need is not known."""
        if self.need is None:
            return None
        if self.need.loading_bytes <= self.memory.free_bytes:
            return Fit.FITS
        fits = self.need.loading_bytes <= self.memory.total_bytes
        return Fit.TIGHT if fits else Fit.TOO_LARGE


def overview(
    entry: CatalogueEntry,
    precision: Precision,
    machine: Machine,
    measurements: Measurements | None = None,
    library: Path | None = None,
    limits: MachineLimits | None = None,
) -> ModelOverview:
    """Look at one model; reads the disk, so not for a thread that paints."""
    kept = measurements or Measurements(measurements_file())
    place = find(entry.name, library)
    parameters = place.parameters or entry.parameters
    shown = ModelOverview(
        entry=entry,
        place=place,
        precision=precision,
        memory=machine.model_memory,
        need=None if parameters is None else memory_need(precision, parameters, machine),
        measurement=kept.get(entry.name, precision, machine),
    )
    if entry.shape is None or parameters is None or limits is None or shown.fit is Fit.TOO_LARGE:
        return shown
    expected = estimate(entry.shape, parameters, precision, machine, limits)
    return replace(shown, estimate=expected)


def overviews(
    own: Iterable[str], precision: Precision, machine: Machine, library: Path | None = None
) -> tuple[ModelOverview, ...]:
    """The catalogue and the user's own models; see `overview`."""
    measurements, limits = Measurements(measurements_file()), kept_limits(machine)
    return tuple(
        overview(entry, precision, machine, measurements, library, limits)
        for entry in with_own(own)
    )
