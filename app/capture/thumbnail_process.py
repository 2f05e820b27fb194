"""The window's end of the process that takes thumbnails."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, Any

from app.child_pipe import receive

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from multiprocessing.connection import Connection

    from app.capture.specs import SourceSpec
    from app.capture.thumbnails import Thumbnail

logger = logging.getLogger(__name__)


def _serve(connection: Connection[Any, Any]) -> None:
    """The child's life; what it loads is loaded there only."""
    from app.capture.thumbnails import serve

    serve(connection)


class ThumbnailProcess:
    """A process that looks at sources, from its making to `close`.

    Args:
        tell: Called in a thread with every Thumbnail.
    """

    def __init__(self, tell: Callable[[Thumbnail], None]) -> None:
        import multiprocessing  # which the first window can spare

        context = multiprocessing.get_context("spawn")
        self._connection, self._there = context.Pipe()
        self._process = context.Process(
            target=_serve, args=(self._there,), name="kibitz-thumbnails", daemon=True
        )
        self._tell = tell
        self._lock = threading.Lock()  # between the start of the process and a `close` before it
        self._is_closed = False
        self._reader = threading.Thread(target=self._run, name="thumbnails")
        self._reader.start()

    def want(self, specs: Iterable[SourceSpec]) -> None:
        """Look at these sources, and at no others, once a second."""
        try:
            self._connection.send(tuple(specs))
        except OSError:
            logger.info("the process of the thumbnails is gone")

    def close(self) -> None:
        """End the process at once; nothing is told any more when this returns."""
        with self._lock:
            self._is_closed = True
            if self._process.pid is not None:
                self._process.kill()  # it has nothing to save, and a camera's driver may hang
        self._reader.join()

    def _run(self) -> None:
        """Start the process here: that takes longer than a window may stand still."""
        with self._lock:
            if not self._is_closed:
                self._process.start()
        self._there.close()  # the child has its own; only so does its death close the pipe
        try:
            while not self._is_closed:
                self._tell(receive(self._connection, self._process))
        except (EOFError, OSError):
            if not self._is_closed:
                logger.warning("the process of the thumbnails ended by itself")
        finally:
            self._connection.close()
            if self._process.pid is not None:
                self._process.join()
