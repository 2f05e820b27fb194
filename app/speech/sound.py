"""Spoken sound in memory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_SILENCE = 1e-3  # 60 dB below full volume


@dataclass(frozen=True, slots=True, eq=False)
class Sound:
    """One channel of sound.

    Attributes:
        samples: float32, (N,), from -1 to 1.
        rate_hz: Samples a second.
    """

    samples: NDArray[np.float32]
    rate_hz: int

    @property
    def duration_s(self) -> float:
        """How long it lasts."""
        return len(self.samples) / self.rate_hz

    def trimmed(self) -> Sound:
        """The same sound without the silence at its end; engines add up to half a second."""
        heard = np.flatnonzero(np.abs(self.samples) > _SILENCE)
        return Sound(self.samples[: heard[-1] + 1 if len(heard) else 0], self.rate_hz)

    def ending_in_silence(self, silence_s: float) -> Sound:
        """The same sound with so much silence after it."""
        silence = np.zeros(round(silence_s * self.rate_hz), np.float32)
        return Sound(np.concatenate((self.samples, silence)), self.rate_hz)

    def at_rate(self, rate_hz: int) -> Sound:
        """The same sound with another number of samples a second.

        Linear interpolation is good enough: engines speak at 16 to 22 kHz, and devices that do not
        take that want more.
        """
        if rate_hz == self.rate_hz:
            return self
        count = round(len(self.samples) * rate_hz / self.rate_hz)
        times = np.arange(count) * (self.rate_hz / rate_hz)
        samples = np.interp(times, np.arange(len(self.samples)), self.samples)
        return Sound(samples.astype(np.float32), rate_hz)
