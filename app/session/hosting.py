"""The child process that runs sessions, started when the first one needs it."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, Any

from app.child_pipe import ending_of

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.context import SpawnProcess

    from app.session.hosted import HostedSession
    from app.session.request import SessionRequest

logger = logging.getLogger(__name__)

_CLOSE_WAIT_S = 4.0


def _serve(connection: Connection[Any, Any]) -> None:
    """The child's life; what it loads is loaded there only."""
    from app.session.host import serve

    serve(connection)


class SessionHost:
    """Makes sessions that share one child process, in which the model stays loaded.

    They run one after another, never two at a time. The process is started by the first session,
    or before by `prepare`, and again after it died.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: SpawnProcess | None = None
        self._connection: Connection[Any, Any] | None = None

    def __call__(self, request: SessionRequest) -> HostedSession:
        """A session that has not started yet."""
        from app.session.hosted import HostedSession  # which the first window can spare

        return HostedSession(request, self)

    @property
    def process_id(self) -> int | None:
        """The child's number; None before it was started."""
        return None if self._process is None else self._process.pid

    @property
    def is_alive(self) -> bool:
        """Whether the process runs."""
        return self._process is not None and self._process.is_alive()

    def prepare(self) -> None:
        """Start the process where none runs; it takes a moment, but loads no model."""
        self.connect()

    def connect(self) -> Connection[Any, Any]:
        """The way to the process, which is started where none runs."""
        with self._lock:
            if self._connection is None or self._process is None or not self._process.is_alive():
                self._connection = self._start()
            return self._connection

    def end_by_force(self) -> None:
        """End the process whatever it does."""
        if self._process is not None:
            self._process.kill()

    def last_exit(self) -> str:
        """How the process ended, in words."""
        if self._process is None:
            return "it was never started"
        self._process.join(_CLOSE_WAIT_S)
        return ending_of(self._process)

    def close(self) -> None:
        """Let the process end in order, at exit."""
        with self._lock:
            if self._process is None or self._connection is None:
                return
            self._connection.close()
            self._process.join(_CLOSE_WAIT_S)
            if self._process.is_alive():
                logger.error("the session process did not end; it is ended by force")
                self._process.kill()
                self._process.join()
            self._connection = None

    def _start(self) -> Connection[Any, Any]:
        import multiprocessing  # which the first window can spare

        context = multiprocessing.get_context("spawn")
        here, there = context.Pipe()
        self._process = context.Process(
            target=_serve, args=(there,), name="kibitz-session", daemon=True
        )
        self._process.start()
        there.close()  # the child has its own; only so does its death close the pipe
        return here
