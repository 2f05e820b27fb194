"""What `kibitz bench` is asked to measure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

from engine.config import Attention, SamplingConfig, require

if TYPE_CHECKING:
    from pathlib import Path

    from engine.vision.frames import Frames

Part = Literal["stages", "schemes"]
PARTS = get_args(Part)

GREEDY = SamplingConfig(temperature=0.0)

CaptureMeter = Callable[[float, Callable[["Frames"], object]], "CaptureCost"]
"""Captures for so many seconds, gives each chunk to the engine, and says what it cost."""


@dataclass(frozen=True, slots=True)
class CaptureCost:
    """What handing over pictures of the screen took.

    Attributes:
        source: What was captured, in words.
        frame_s: Seconds per chunk, from grabbing its newest picture to handing it over.
        input_s: Seconds per chunk, from the same to what the vision tower takes.
        bytes_per_frame: Of one picture.
        cpu_share: Of one core, for all of it at the rate that was asked for.
    """

    source: str
    frame_s: tuple[float, ...]
    input_s: tuple[float, ...]
    bytes_per_frame: int
    cpu_share: float


@dataclass(frozen=True, slots=True)
class BenchSettings:
    """What to measure, and how long.

    Attributes:
        model: "bundled", a stand-in's name, a folder, or a hub id.
        device, precision, attention: As `load_model` takes them.
        sampling: How each token is chosen; other precisions are compared greedily in any case.
        size: Width and height of the frames, before they are resized; None for a screen's.
        parts: What to measure.
        seconds: About how long, loading not counted; every figure gets at least one measurement.
        threads: Of torch; None for its own choice.
        quality: Compare precisions, too.
        out: Folder for the figures and the plot.

    Raises:
        ConfigError: A value is out of its range.
    """

    model: str
    out: Path
    device: str = "auto"
    precision: str = "auto"
    attention: Attention = "auto"
    sampling: SamplingConfig = GREEDY
    size: tuple[int, int] | None = None
    parts: tuple[Part, ...] = PARTS
    seconds: float = 60.0
    threads: int | None = None
    quality: bool = False

    def __post_init__(self) -> None:
        require(self.seconds > 0, f"seconds must be positive, they are {self.seconds}")
        require(
            self.attention in get_args(Attention),
            f"attention must be one of {get_args(Attention)}, it is {self.attention!r}",
        )
        require(self.threads is None or self.threads >= 1, "threads must be at least 1")
        require(
            self.size is None or min(self.size) >= 1, f"size must be positive, it is {self.size}"
        )
