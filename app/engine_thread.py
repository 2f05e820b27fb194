"""The background thread in which the model is loaded and runs."""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from app.errors import AppError
from app.session.reports import EngineReady, EngineSaid, Report, Worker, WorkerEnded
from engine.errors import EngineError
from engine.events import TextPiece

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.capture.base import Chunk
    from app.capture.chunks import ChunkBuffer
    from app.capture.clock import StreamClock
    from app.governor.effort import Effort
    from app.session.commentator import Commentator
    from engine.events import ModelProgress

logger = logging.getLogger(__name__)

LINE_GRACE_S = 1.0
INTERNAL_ERROR = "Commentary stopped because of an internal error; the log tells more."


@dataclass(frozen=True, slots=True)
class RoundWishes:
    """What is wanted of one round; what is None or empty stays as it is."""

    question: str = ""
    instruction: str | None = None
    talkativeness: float | None = None


class Wishes:
    """What is wanted of the next round, from any thread; a later wish replaces an earlier."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._wanted = RoundWishes()
        self._effort: Effort | None = None

    def ask(self, question: str) -> None:
        """Put a question to the model."""
        self._want(question=question)

    def instruct(self, text: str) -> None:
        """Change the instruction."""
        self._want(instruction=text)

    def talk(self, talkativeness: float) -> None:
        """Say more, or less."""
        self._want(talkativeness=talkativeness)

    def spend(self, effort: Effort) -> None:
        """Put another effort into each round."""
        with self._lock:
            self._effort = effort

    def take(self) -> RoundWishes:
        """What is wanted of the round that begins now, once."""
        with self._lock:
            taken, self._wanted = self._wanted, RoundWishes()
            return taken

    def take_effort(self) -> Effort | None:
        """The new effort, once; None where it stays as it is."""
        with self._lock:
            taken, self._effort = self._effort, None
            return taken

    def _want(self, **wishes: Any) -> None:
        with self._lock:
            self._wanted = replace(self._wanted, **wishes)


class EngineThread:
    """Takes chunks until there are no more, and reports what is said about them.

    When asked to stop it finishes the line at hand if that takes less than `LINE_GRACE_S`, else
    it ends between two tokens. A load or a single forward pass cannot be cut short: the thread
    then ends after it, and nobody waits for it.

    Args:
        make: Loads the model and begins the stream; called in the thread.
        chunks: Where the chunks come from; its end is the thread's end.
        clock: No chunk is taken while it stands still.
        wishes: Asked before each round.
        report: Called in the thread with everything that happens, `WorkerEnded` last.
    """

    def __init__(
        self,
        make: Callable[[Callable[[ModelProgress], None]], Commentator],
        *,
        chunks: ChunkBuffer,
        clock: StreamClock,
        wishes: Wishes,
        report: Callable[[Report], None],
    ) -> None:
        self._make = make
        self._chunks = chunks
        self._clock = clock
        self._wishes = wishes
        self._report = report
        self._stopped_at_s: float | None = None  # on the monotonic clock
        self._thread = threading.Thread(target=self._run, name="engine", daemon=True)

    def start(self) -> None:
        """Begin to load."""
        self._thread.start()

    def stop(self) -> None:
        """Ask the thread to end soon."""
        if self._stopped_at_s is None:
            self._stopped_at_s = time.monotonic()

    def _run(self) -> None:
        failure = ""
        try:
            self._comment_on_all()
        except (EngineError, AppError) as error:
            failure = str(error)
        except Exception:  # the thread's edge: nobody above would see it
            logger.exception("the engine thread died")
            failure = INTERNAL_ERROR
        self._report(WorkerEnded(Worker.ENGINE, failure))

    def _comment_on_all(self) -> None:
        commentator = self._make(self._report)
        self._report(EngineReady())
        while self._stopped_at_s is None and self._clock.wait_while_paused():
            self._follow_effort(commentator)
            chunk = self._chunks.take()
            if chunk is None or not self._clock.wait_while_paused():
                return
            self._comment(commentator, chunk)

    def _follow_effort(self, commentator: Commentator) -> None:
        """Before the next chunk is taken, which must have as many frames as the effort says."""
        effort = self._wishes.take_effort()
        if effort is not None:
            commentator.adapt(effort)
            self._chunks.thin_to(effort.frames_per_chunk)

    def _comment(self, commentator: Commentator, chunk: Chunk) -> None:
        wishes = self._wishes.take()
        if wishes.instruction is not None:
            commentator.instruct(wishes.instruction)
        if wishes.talkativeness is not None:
            commentator.talk(wishes.talkativeness)
        looks_ahead = True
        for event in commentator.comment(chunk.frames, wishes.question or None):
            self._report(EngineSaid(event, chunk, wishes.question, time.time()))
            if looks_ahead and isinstance(event, TextPiece):
                looks_ahead = not self._prepare_next(commentator)
            if self._is_out_of_time():
                return

    def _prepare_next(self, commentator: Commentator) -> bool:
        """Let the next chunk be looked at beside the words of this one; False if there is none."""
        following = self._chunks.peek()
        if following is not None:
            commentator.prepare(following.frames)
        return following is not None

    def _is_out_of_time(self) -> bool:
        stopped_at_s = self._stopped_at_s
        return stopped_at_s is not None and time.monotonic() - stopped_at_s > LINE_GRACE_S
