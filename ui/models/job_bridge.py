"""The way from a job in a child process to slots of the window."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.models.jobs import ChildJob, JobEnd, JobFailed

if TYPE_CHECKING:
    from app.models.jobs import Job

logger = logging.getLogger(__name__)


class JobBridge(QObject):
    """Runs one job and forwards what it says.

    Args:
        name: Of the model that the job is about; every signal carries it.
        job: What to do.

    Signals:
        reported: What the job reports.
        ended: The JobEnd, exactly once, at last; the process and the reader are gone by then.
    """

    reported = Signal(str, object)
    ended = Signal(str, object)

    def __init__(self, name: str, job: Job, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._job = job
        self._child = ChildJob(job)
        self._reader = threading.Thread(target=self._forward, name="job-reader")
        self._lock = threading.Lock()
        self._is_cancelled = False

    @property
    def job(self) -> Job:
        """What is being done."""
        return self._job

    @property
    def is_alive(self) -> bool:
        """Its thread has not ended yet."""
        return self._reader.is_alive()

    def start(self) -> None:
        """Start it; connect the signals before."""
        self._reader.start()

    def cancel(self) -> None:
        """End it at once; `ended` follows."""
        with self._lock:
            self._is_cancelled = True
            if self._child.process_id is not None:
                self._child.cancel()

    def close(self) -> None:
        """End it and wait."""
        self.cancel()
        self._reader.join()

    def _forward(self) -> None:
        end: JobEnd = JobFailed(self.tr("The work ended on an internal error; try it again."))
        try:
            with self._lock:  # starting a process takes too long for the thread that paints
                self._child.start()
                if self._is_cancelled:
                    self._child.cancel()
            for message in self._child.messages():
                if isinstance(message, JobEnd):
                    end = message
                else:
                    self.reported.emit(self._name, message)
        except Exception:  # thread boundary: nobody above would ever see it
            logger.exception("job reader died")
        self.ended.emit(self._name, end)
