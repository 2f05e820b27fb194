"""Time of a round's stages, without making the processor wait for a graphics processor."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol

import torch

from engine.events import RoundTiming

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

Stage = Literal["evict", "patches", "vision", "prefill", "decode"]


class Stopwatch(Protocol):
    """Takes the time between its making and `stop`."""

    def stop(self) -> None: ...

    def seconds(self) -> float:
        """What it took; on a graphics processor this waits for the work that was timed."""
        ...


class WallStopwatch:
    """Of work that is done when the call returns."""

    def __init__(self) -> None:
        self._seconds = -time.perf_counter()

    def stop(self) -> None:
        self._seconds += time.perf_counter()

    def seconds(self) -> float:
        return self._seconds


class CudaStopwatch:
    """Of work that was queued on the current stream of a CUDA device, by its own events."""

    def __init__(self, device: torch.device) -> None:
        self._device = device
        self._events: list[Any] = []  # torch's events are partly untyped
        self.stop()

    def stop(self) -> None:
        event: Any = torch.cuda.Event(enable_timing=True)
        event.record(torch.cuda.current_stream(self._device))
        self._events.append(event)

    def seconds(self) -> float:
        start, stop = self._events
        stop.synchronize()
        milliseconds: float = start.elapsed_time(stop)
        return milliseconds / 1000


class SlowestStopwatch:
    """Of work on several devices side by side: what the one took that was busy the longest."""

    def __init__(self, stopwatches: Sequence[Stopwatch]) -> None:
        self._stopwatches = stopwatches

    def stop(self) -> None:
        for stopwatch in self._stopwatches:
            stopwatch.stop()

    def seconds(self) -> float:
        return max(stopwatch.seconds() for stopwatch in self._stopwatches)


def start_stopwatch(*devices: torch.device) -> Stopwatch:
    """Begin to time work on devices, of which there is at least one."""
    stopwatches = [_start_on(device) for device in devices]
    return stopwatches[0] if len(stopwatches) == 1 else SlowestStopwatch(stopwatches)


def _start_on(device: torch.device) -> Stopwatch:
    return CudaStopwatch(device) if device.type == "cuda" else WallStopwatch()


@dataclass(slots=True)
class StageClock:
    """Times the stages of one round on some devices; what lies between them is not counted."""

    devices: Sequence[torch.device]
    _taken: dict[Stage, list[Stopwatch]] = field(default_factory=dict["Stage", list[Stopwatch]])

    @contextmanager
    def stage(self, name: Stage) -> Generator[None]:
        """Count the time of a block, the work that it queues on the devices included."""
        stopwatch = start_stopwatch(*self.devices)
        yield
        stopwatch.stop()
        self._taken.setdefault(name, []).append(stopwatch)

    def timing(self) -> RoundTiming:
        """The times so far."""
        taken = {
            name: tuple(stopwatch.seconds() for stopwatch in stopwatches)
            for name, stopwatches in self._taken.items()
        }
        tokens = taken.get("decode", ())
        return RoundTiming(
            evict_s=sum(taken.get("evict", ())),
            vision_s=sum(taken.get("vision", ())),
            prefill_s=sum(taken.get("prefill", ())),
            decode_s=sum(tokens),
            patches_s=sum(taken.get("patches", ())),
            token_s=tokens,
        )
