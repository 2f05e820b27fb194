"""Sessions that run in a child process, behind the same interface as those that run here."""

from __future__ import annotations

import logging
import threading
import time
from typing import TYPE_CHECKING, Any

from app.errors import SessionStateError
from app.session.messages import LineSpoken, SessionFailed, StateChanged
from app.session.orders import Ask, Instruct, Mask, Talk
from app.session.reports import Govern, Reword, Wish
from app.session.state import SessionState

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from multiprocessing.connection import Connection

    from app.capture.specs import Region
    from app.session.hosting import SessionHost
    from app.session.messages import Message
    from app.session.orders import Order
    from app.session.request import SessionRequest
    from app.steering.words import WordRule
    from app.transcripts.line import TranscriptLine

logger = logging.getLogger(__name__)

STOP_WAIT_S = 5.0  # a session ends within 2 s; after this its process is ended by force
_LOOK_S = 0.5


class HostedSession:
    """See `app.session.control.SessionControl`, whose methods these are.

    State and transcript are what `messages` has passed on so far.
    """

    def __init__(self, request: SessionRequest, host: SessionHost) -> None:
        self._request = request
        self._host = host
        self._lock = threading.Lock()
        self._connection: Connection[Any, Any] | None = None
        self._early: list[Order] = []
        self._state = SessionState.IDLE
        self._lines: list[TranscriptLine] = []
        self._deadline_s: float | None = None  # on the monotonic clock, once stopped

    @property
    def request(self) -> SessionRequest:
        return self._request

    @property
    def state(self) -> SessionState:
        return self._state

    @property
    def transcript(self) -> tuple[TranscriptLine, ...]:
        return tuple(self._lines)

    def start(self) -> None:
        if self._state is not SessionState.IDLE:
            raise SessionStateError("a session starts once; make a new one to start again")
        self._state = SessionState.LOADING

    def pause(self) -> None:
        self._order(Wish.PAUSE)

    def resume(self) -> None:
        self._order(Wish.RESUME)

    def stop(self) -> None:
        if self._state is SessionState.IDLE:
            self._state = SessionState.STOPPED
        self._deadline_s = time.monotonic() + STOP_WAIT_S
        self._order(Wish.STOP)

    def ask(self, question: str) -> None:
        self._order(Ask(question))

    def set_instruction(self, text: str) -> None:
        self._order(Instruct(text))

    def set_talkativeness(self, talkativeness: float) -> None:
        self._order(Talk(talkativeness))

    def set_words(self, words: Iterable[WordRule]) -> None:
        self._order(Reword(tuple(words)))

    def set_governed(self, is_on: bool) -> None:
        self._order(Govern(is_on))

    def set_masks(self, regions: Iterable[Region]) -> None:
        self._order(Mask(tuple(regions)))

    def messages(self) -> Iterator[Message]:
        if self._state is SessionState.STOPPED:
            return
        try:
            self._begin()
            while (message := self._receive()) is not None:
                self._note(message)
                yield message
        except (EOFError, OSError):
            yield from self._lost()
        finally:
            with self._lock:
                self._connection = None

    def _begin(self) -> None:
        connection = self._host.connect()
        with self._lock:
            for order in (self._request, *self._early):
                connection.send(order)
            self._connection = connection

    def _order(self, order: Order) -> None:
        with self._lock:
            if self._connection is None:
                self._early.append(order)
                return
            try:
                self._connection.send(order)
            except OSError:
                logger.info("the session process is gone; its reader will say so")

    def _receive(self) -> Message | None:
        assert self._connection is not None
        while not self._connection.poll(_LOOK_S):
            if self._deadline_s is not None and time.monotonic() > self._deadline_s:
                self._host.end_by_force()
            if not self._host.is_alive and not self._connection.poll():
                raise EOFError  # see `app.child_pipe`
        return self._connection.recv()

    def _note(self, message: Message) -> None:
        match message:
            case StateChanged(state):
                self._state = state
            case LineSpoken(line):
                self._lines.append(line)
            case _:
                pass

    def _lost(self) -> Iterator[Message]:
        """The process is gone: asked for by a stop that took too long, or by itself."""
        how = self._host.last_exit()
        if self._deadline_s is not None:
            logger.error("the session was ended by force (%s)", how)
            self._state = SessionState.STOPPED
            yield StateChanged(SessionState.STOPPED)
            return
        self._state = SessionState.FAILED
        yield StateChanged(SessionState.FAILED)
        yield SessionFailed(
            f"Commentary ended unexpectedly ({how}); if memory ran out, choose a smaller model. "
            "What was said is kept."
        )
