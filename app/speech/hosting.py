"""The program's side of speech: a process that is started when it is needed, and started again."""

from __future__ import annotations

import contextlib
import logging
import queue
import threading
import time
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from app.child_pipe import receive
from app.speech.events import (
    SkipReason,
    SpeechFinished,
    SpeechSkipped,
    SpeechStarted,
    SpeechStock,
    SpeechTrouble,
)
from app.speech.orders import Command, Say, TryOut
from app.speech.settings import SpeechSettings

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection
    from multiprocessing.context import SpawnProcess

    from app.speech.events import SpeechEvent
    from app.speech.orders import Order
    from app.transcripts.line import TranscriptLine

logger = logging.getLogger(__name__)

BROKE_OFF = "Speech broke off and was started again."
STOPPED = "Speech broke off; it starts again when it is needed."
GAVE_UP = "Speech breaks off again and again; it stays off until it is switched on anew."
NO_ANSWER = "Speech does not answer."
_PREFIX = "kibitz-speech-"
_RESTARTS = 3
_LONG_S = 60.0  # a process that lived so long may die and be started again as if it were the first
_CLOSE_WAIT_S = 2.0
_STOCK_WAIT_S = 20.0


def _serve(connection: Connection[Any, Any], folder: str) -> None:
    """The child's life; what it loads is loaded there only."""
    from app.speech.host import serve

    serve(connection, folder)


class HostedSpeaker:
    """Speaks lines in a process of its own. Every call but `finish` and `close` returns at once.

    The process is started when it is needed for the first time. If it dies, what was not spoken is
    reported as skipped, and another one takes its place: at once while speech is on, else when it
    is needed again.

    Args:
        settings: How to speak, until `configure` says otherwise.
        report: Called with each event, from a thread of this object.
    """

    def __init__(self, settings: SpeechSettings, report: Callable[[SpeechEvent], None]) -> None:
        self._settings = settings
        self._report = report
        self._lock = threading.Lock()
        self._connection: Connection[Any, Any] | None = None
        self._process: SpawnProcess | None = None
        self._thread: threading.Thread | None = None
        self._early: list[Order] = []
        self._said: list[TranscriptLine] = []  # and neither finished nor skipped so far
        self._begun: TranscriptLine | None = None
        self._is_ending = False
        if settings.enabled:
            self._order(settings)

    @property
    def process_id(self) -> int | None:
        """The child's number; None before it was started."""
        return None if self._process is None else self._process.pid

    def configure(self, settings: SpeechSettings) -> None:
        """Speak like that from the next line on; off is silence at once."""
        self._settings = settings
        if settings.enabled or self._thread is not None:
            self._order(settings)

    def say(self, line: TranscriptLine) -> None:
        """Speak `line`, complete since just now, in its turn. Does nothing while speech is off."""
        if self._settings.enabled and self._thread is not None:
            self._order(Say(line, time.monotonic()))

    def hush(self) -> None:
        """Be silent now and forget what waits."""
        if self._thread is not None:
            self._order(Command.HUSH)

    def try_out(self, text: str) -> None:
        """Speak `text` now, even while speech is off."""
        self._order(TryOut(text))

    def take_stock(self) -> None:
        """Have a SpeechStock reported."""
        self._order(Command.TAKE_STOCK)

    def finish(self, timeout_s: float) -> None:
        """Let what waits be spoken for at most `timeout_s`, then end."""
        if self._thread is not None:
            self._order_last(Command.FINISH)
            self._thread.join(timeout_s)
        self.close()

    def close(self) -> None:
        """Be silent and end."""
        self._order_last(Command.END)
        thread = self._thread
        if thread is None:
            return
        thread.join(_CLOSE_WAIT_S)
        if thread.is_alive() and self._process is not None:
            logger.warning("the speech process did not end; it is ended by force")
            self._process.kill()
            thread.join(_CLOSE_WAIT_S)

    def _order(self, order: Order) -> None:
        with self._lock:
            if self._is_ending:
                return
            if isinstance(order, Say):
                self._said.append(order.line)
            if self._connection is not None:
                _send(self._connection, order)
                return
            self._early.append(order)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="speech", daemon=True)
                self._thread.start()

    def _order_last(self, command: Command) -> None:
        """Order the end, in whatever way; no other process is started after this one."""
        with self._lock:
            self._is_ending = True
            if self._connection is not None:
                _send(self._connection, command)
            else:
                self._early.append(command)

    def _run(self) -> None:
        """The thread's life."""
        try:
            self._keep_alive()
        except Exception:  # the thread's edge: nobody above would see it
            logger.exception("the speech thread died")

    def _keep_alive(self) -> None:
        """Have one process after the other, the next where one died."""
        num_failures = 0
        while num_failures <= _RESTARTS:
            began_at_s = time.monotonic()
            with TemporaryDirectory(prefix=_PREFIX, ignore_cleanup_errors=True) as folder:
                self._listen(self._connect(folder))
                lost = self._disconnect()
            if self._is_ending:
                return
            self._report_lost(lost)
            if self._is_idle():
                self._report(SpeechTrouble(STOPPED))
                return
            self._report(SpeechTrouble(BROKE_OFF))
            lived_long = time.monotonic() - began_at_s > _LONG_S
            num_failures = 1 if lived_long else num_failures + 1
        with self._lock:
            self._thread = None
        self._report(SpeechTrouble(GAVE_UP))

    def _is_idle(self) -> bool:
        """Whether nobody needs another process; if so, the next order starts a new thread."""
        with self._lock:
            is_idle = not (self._settings.enabled or self._early)
            if is_idle:
                self._thread = None
        return is_idle

    def _connect(self, folder: str) -> Connection[Any, Any]:
        """Start a process that passes files in `folder`, and give it the orders that wait."""
        import multiprocessing  # which the first window can spare

        context = multiprocessing.get_context("spawn")
        here, there = context.Pipe()
        process = context.Process(
            target=_serve, args=(there, folder), name="kibitz-speech", daemon=True
        )
        process.start()
        there.close()  # the child has its own; only so does its death close the pipe
        with self._lock:
            self._process = process
            self._connection = here
            for order in (self._settings, *self._early):
                _send(here, order)
            self._early.clear()
        return here

    def _listen(self, connection: Connection[Any, Any]) -> None:
        """Pass on events until the process is gone."""
        assert self._process is not None
        try:
            while True:
                event: SpeechEvent = receive(connection, self._process)
                self._note(event)
                self._report(event)
        except (EOFError, OSError):
            logger.info("the speech process is gone")

    def _disconnect(self) -> list[TranscriptLine]:
        """Forget the process that is gone; gives the lines that went down with it."""
        with self._lock:
            connection, self._connection = self._connection, None
            lost, self._said = self._said, []
        if connection is not None:
            connection.close()
        if self._process is not None:
            self._process.join(_CLOSE_WAIT_S)
        return lost

    def _note(self, event: SpeechEvent) -> None:
        match event:
            case SpeechStarted(line):
                self._begun = line
            case SpeechFinished(line) | SpeechSkipped(line):
                with self._lock, contextlib.suppress(ValueError):
                    self._said.remove(line)
            case _:
                pass

    def _report_lost(self, lines: list[TranscriptLine]) -> None:
        for line in lines:
            if line == self._begun:
                self._report(SpeechFinished(line, time.time(), is_complete=False))
            else:
                self._report(SpeechSkipped(line, time.time(), SkipReason.IMPOSSIBLE))


def read_stock(timeout_s: float = _STOCK_WAIT_S) -> SpeechStock:
    """The voices and outputs of this machine, from a process that ends again."""
    events: queue.SimpleQueue[SpeechEvent] = queue.SimpleQueue()
    speaker = HostedSpeaker(SpeechSettings(), events.put)
    speaker.take_stock()
    try:
        while not isinstance(event := events.get(timeout=timeout_s), SpeechStock):
            logger.warning("while asking for voices: %s", event)
    except queue.Empty:
        return SpeechStock((), (), NO_ANSWER)
    finally:
        speaker.close()
    return event


def _send(connection: Connection[Any, Any], order: Order) -> None:
    try:
        connection.send(order)
    except OSError:
        logger.info("the speech process is gone; its reader will notice")
