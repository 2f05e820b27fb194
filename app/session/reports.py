"""What reaches a session's own thread: reports of its workers and wishes of its user."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

from engine.events import ModelProgress, StreamEvent

if TYPE_CHECKING:
    from app.capture.base import Chunk, SourceInfo
    from app.steering.words import WordRule


class Worker(Enum):
    """A thread that a session has work for it."""

    CAPTURE = "capture"
    ENGINE = "engine"


class Wish(Enum):
    """What the user asks of a session."""

    PAUSE = auto()
    RESUME = auto()
    STOP = auto()


@dataclass(frozen=True, slots=True)
class Reword:
    """Replace these words, and no others, in what is said from now on."""

    words: tuple[WordRule, ...]


@dataclass(frozen=True, slots=True)
class Govern:
    """Let the governor make rounds cheaper where the engine cannot keep up, or do not."""

    is_on: bool


@dataclass(frozen=True, slots=True)
class SourceReady:
    """The source is open."""

    info: SourceInfo


@dataclass(frozen=True, slots=True)
class EngineReady:
    """The model is loaded."""


@dataclass(frozen=True, slots=True, eq=False)
class EngineSaid:
    """An event of the round on `chunk`, and the Unix time at which it happened."""

    event: StreamEvent
    chunk: Chunk
    question: str
    at: float


@dataclass(frozen=True, slots=True)
class WorkerEnded:
    """A worker's thread is at its end.

    Attributes:
        failure: A sentence for the user where it did not end in order.
    """

    worker: Worker
    failure: str = ""


Report = (
    Wish | Reword | Govern | SourceReady | ModelProgress | EngineReady | EngineSaid | WorkerEnded
)
