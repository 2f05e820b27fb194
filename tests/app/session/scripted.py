"""A commentator that says what number it sees: the one stand-in, for the model."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from engine.events import (
    CacheUse,
    ModelProgress,
    Round,
    RoundFinished,
    RoundStarted,
    RoundTiming,
    TextPiece,
)
from tests.app.capture.videos import number_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from app.capture.base import Image
    from app.governor.effort import Effort
    from app.session.request import SessionRequest
    from engine.events import StreamEvent

CACHE = CacheUse(8, 4, 24, 12, 4096, 1_000)
TIMING = RoundTiming(0.001, 0.002, 0.003, 0.004)


@dataclass
class ScriptedCommentators:
    """Makes commentators and remembers what they were given.

    Attributes:
        gate: Each round waits for it, after its first words.
        shuts_gate: The number of the round that closes the gate before it waits.
        load_gate: Loading waits for it.
        failure: Raised in the round of this number.
        prepared: Frames that were shown before their round.
        num_used: How many of them came again as the next round's.
    """

    gate: threading.Event = field(default_factory=threading.Event)
    load_gate: threading.Event = field(default_factory=threading.Event)
    shuts_gate: int | None = None
    failure: tuple[int, Exception] | None = None
    load_failure: Exception | None = None
    previous_texts: list[str] = field(default_factory=list)
    seen: list[tuple[int, ...]] = field(default_factory=list)
    questions: list[str | None] = field(default_factory=list)
    instructions: list[str] = field(default_factory=list)
    efforts: list[Effort] = field(default_factory=list)
    talkativeness: list[float] = field(default_factory=list)
    prepared: list[Image] = field(default_factory=list["Image"])
    num_used: int = 0

    def __post_init__(self) -> None:
        self.gate.set()
        self.load_gate.set()

    def __call__(
        self,
        _request: SessionRequest,
        previous_text: str,
        on_progress: Callable[[ModelProgress], None],
    ) -> ScriptedCommentator:
        self.previous_texts.append(previous_text)
        on_progress(ModelProgress("Loading", 0.5))
        self.load_gate.wait()
        if self.load_failure is not None:
            raise self.load_failure
        return ScriptedCommentator(self)


class ScriptedCommentator:
    """Names the numbers of the frames it is shown; every third round is silent."""

    def __init__(self, script: ScriptedCommentators) -> None:
        self._script = script

    def comment(self, frames: Image, question: str | None) -> Iterator[StreamEvent]:
        script = self._script
        index = len(script.seen)
        script.seen.append(tuple(number_of(frame) for frame in frames))
        script.questions.append(question)
        script.num_used += bool(script.prepared) and script.prepared[-1] is frames
        yield RoundStarted(index, float(index), index + 1.0)
        if script.failure is not None and script.failure[0] == index:
            raise script.failure[1]
        text = "" if index % 3 == 2 else f"I see {' '.join(map(str, script.seen[-1]))}."
        if text:
            yield TextPiece(index, text[:5])
        if index == script.shuts_gate:
            script.gate.clear()
        script.gate.wait()
        if text:
            yield TextPiece(index, text[5:])
        yield RoundFinished(
            Round(index, float(index), index + 1.0, text, (1, 2), "end_token", TIMING, CACHE)
        )

    def prepare(self, frames: Image) -> None:
        self._script.prepared.append(frames)

    def adapt(self, effort: Effort) -> None:
        self._script.efforts.append(effort)

    def talk(self, talkativeness: float) -> None:
        self._script.talkativeness.append(talkativeness)

    def instruct(self, text: str) -> None:
        self._script.instructions.append(text)
