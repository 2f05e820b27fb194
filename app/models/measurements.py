"""What models were measured at, kept per model, precision and machine."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from pydantic import TypeAdapter, ValidationError

if TYPE_CHECKING:
    from pathlib import Path

    from app.models.machine import Machine
    from app.models.precision import Precision

logger = logging.getLogger(__name__)

_COMFORTABLE = 0.7  # of a second for each second: leaves room for the rest of the machine
_JUST = 1.0
_DISTURBING = 0.2


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
        return self.busy_share > _DISTURBING

    @property
    def verdict(self) -> Verdict:
        """Whether it keeps up."""
        if self.seconds_per_second <= _COMFORTABLE:
            return Verdict.KEEPS_UP
        return Verdict.BARELY if self.seconds_per_second <= _JUST else Verdict.TOO_SLOW


_Kept = dict[str, Measurement]


class Measurements:
    """A small file of measurements; a cache, so that a damaged one is only begun anew.

    Args:
        path: The file; it need not exist.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def get(self, model: str, precision: Precision, machine: Machine) -> Measurement | None:
        """What was measured; None where nothing was."""
        return self._read().get(_key(model, precision, machine))

    def put(
        self, model: str, precision: Precision, machine: Machine, measurement: Measurement
    ) -> None:
        """Keep a measurement in place of an older one; where that fails, it is only logged."""
        kept = self._read() | {_key(model, precision, machine): measurement}
        new = self._path.with_suffix(".new")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            new.write_bytes(TypeAdapter(_Kept).dump_json(kept, indent=1))
            new.replace(self._path)
        except OSError:
            logger.warning("the measurement cannot be kept", exc_info=True)

    def _read(self) -> _Kept:
        try:
            return TypeAdapter(_Kept).validate_json(self._path.read_bytes())
        except FileNotFoundError:
            return {}
        except (OSError, ValidationError):
            logger.info("%s is damaged; it is begun anew", self._path)
            return {}


def _key(model: str, precision: Precision, machine: Machine) -> str:
    return json.dumps([model, precision.value, machine.key], ensure_ascii=False)
