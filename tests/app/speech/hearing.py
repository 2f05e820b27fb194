"""Finding speech in a recording."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from app.speech.sound import Sound
    from tests.support.sound import Recording

STEP_S = 0.01
QUIET = 0.004  # below it a hundredth of a second counts as silent


@dataclass(frozen=True, slots=True)
class Finding:
    """Where a sound was found, and how alike it is, 0 to 1."""

    start_s: float
    end_s: float
    likeness: float


def envelope(samples: np.ndarray, rate_hz: int) -> np.ndarray:
    """Loudness of each hundredth of a second, 0 to 1."""
    step = round(rate_hz * STEP_S)
    whole = samples[: len(samples) // step * step].astype(np.float64).reshape(-1, step)
    return np.sqrt((whole**2).mean(axis=1))


def loudness(recording: Recording) -> np.ndarray:
    """The envelope of all that was recorded."""
    return envelope(recording.samples / 32768, recording.rate_hz)


def find(sound: Sound, recording: Recording) -> Finding:
    """The place in the recording that is most like `sound`."""
    wanted = envelope(sound.samples, sound.rate_hz)
    heard = loudness(recording)
    heard = np.pad(heard, (0, max(0, len(wanted) - len(heard))))
    windows = np.lib.stride_tricks.sliding_window_view(heard, len(wanted))
    centred = windows - windows.mean(axis=1, keepdims=True)
    pattern = wanted - wanted.mean()
    scale = np.linalg.norm(centred, axis=1) * np.linalg.norm(pattern)
    likeness = (centred @ pattern) / np.maximum(scale, 1e-9)
    best = int(likeness.argmax())
    return Finding(best * STEP_S, (best + len(wanted)) * STEP_S, float(likeness[best]))


def silences(recording: Recording, at_least_s: float) -> list[tuple[float, float]]:
    """Stretches of silence, (start, end) in seconds."""
    is_quiet = np.concatenate(([False], loudness(recording) < QUIET, [False]))
    edges = np.flatnonzero(np.diff(is_quiet.astype(np.int8))).reshape(-1, 2) * STEP_S
    return [(start, end) for start, end in edges.tolist() if end - start >= at_least_s]
