"""Work that takes minutes, in a child process that can be ended at any moment."""

from __future__ import annotations

import logging
import os
import signal
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from app.child_pipe import ending_of, receive
from app.errors import AppError
from engine.errors import EngineError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from multiprocessing.connection import Connection
    from multiprocessing.context import SpawnProcess

    from app.models.limits import MachineLimits
    from app.models.measuring import Measured, MeasureProgress
    from app.models.progress import DownloadProgress

    Report = DownloadProgress | MeasureProgress | Measured | MachineLimits

logger = logging.getLogger(__name__)


class Job(Protocol):
    """What is to be done: a frozen dataclass that can be sent to another process."""

    def run(self, report: Callable[[Any], None]) -> None:
        """Do it and report now and then.

        Raises:
            AppError: It cannot be done; the message says what to do.
            EngineError: The same.
        """
        ...


@dataclass(frozen=True, slots=True)
class JobDone:
    """It was done to its end."""


@dataclass(frozen=True, slots=True)
class JobFailed:
    """It could not be done; `reason` is for people."""

    reason: str


@dataclass(frozen=True, slots=True)
class JobCancelled:
    """It was ended on request."""


JobEnd = JobDone | JobFailed | JobCancelled


class ChildJob:
    """A job in a process of its own.

    `messages` is for one thread, `cancel` for any. The process ends with this one: its next report
    finds nobody.
    """

    def __init__(self, job: Job) -> None:
        import multiprocessing  # which the first window can spare

        context = multiprocessing.get_context("spawn")
        self._connection: Connection[Any, Any]
        self._connection, self._there = context.Pipe(duplex=False)
        self._process: SpawnProcess = context.Process(
            target=_work, args=(self._there, job), name="kibitz-job", daemon=True
        )
        self._is_cancelled = False

    @property
    def process_id(self) -> int | None:
        """The child's number; None before it was started."""
        return self._process.pid

    def start(self) -> None:
        """Start the process; what it says comes from `messages`."""
        self._process.start()
        self._there.close()  # the child has its own; only so does its death close the pipe

    def cancel(self) -> None:
        """End it at once."""
        self._is_cancelled = True
        self._process.kill()

    def messages(self) -> Iterator[Report | JobEnd]:
        """What the job reports, and one JobEnd at last. Blocks."""
        try:
            while True:
                message = receive(self._connection, self._process)
                yield message
                if isinstance(message, JobEnd):
                    return
        except (EOFError, OSError):
            yield self._lost()
        finally:
            self._process.join()
            self._connection.close()

    def _lost(self) -> JobEnd:
        self._process.join()
        if self._is_cancelled:
            return JobCancelled()
        how = ending_of(self._process)
        return JobFailed(f"The work ended unexpectedly ({how}); start it again.")


def _work(connection: Connection[Any, Any], job: Job) -> None:
    """The child's life."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which then cancels
    end: JobEnd
    try:
        job.run(partial(_tell, connection))
        end = JobDone()
    except (AppError, EngineError) as error:
        end = JobFailed(str(error))
    except Exception:  # the process's edge
        logger.exception("a job died")
        end = JobFailed("The work ended on an internal error; the log has the details.")
    _tell(connection, end)
    connection.close()
    os._exit(0)  # taking torch down in order can last seconds


def _tell(connection: Connection[Any, Any], message: Report | JobEnd) -> None:
    try:
        connection.send(message)
    except OSError:
        os._exit(1)  # the parent is gone, and nobody waits for anything any more
