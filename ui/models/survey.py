"""Looking for models, away from the GUI thread: it reads the disk and asks the driver."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from app.errors import AppError

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future

    from app.models.precision import Precision

logger = logging.getLogger(__name__)


class Survey(QObject):
    """Looks, one request after the other, in one thread of its own.

    Signals:
        found: A Machine, and a tuple of ModelOverview.
        removed: The name of a model that was deleted.
        failed: Why a model could not be deleted.
    """

    found = Signal(object, tuple)
    removed = Signal(str)
    failed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._worker = ThreadPoolExecutor(1, "model-survey")
        self._waiting: Future[None] | None = None

    def look(self, own: tuple[str, ...], precision: Precision) -> None:
        """Look at the catalogue and at the user's own models; `found` follows."""
        if self._waiting is not None:
            self._waiting.cancel()  # one that has not begun would find the same
        self._waiting = self._worker.submit(self._guarded, self._look, own, precision)

    def remove(self, name: str) -> None:
        """Delete a downloaded model; `removed` or `failed` follows."""
        self._worker.submit(self._guarded, self._remove, name)

    def close(self) -> None:
        """Wait for what goes on, at exit only."""
        self._worker.shutdown(cancel_futures=True)

    def _look(self, own: tuple[str, ...], precision: Precision) -> None:
        from app.models.machine import this_machine
        from app.models.overview import overviews

        machine = this_machine()
        self.found.emit(machine, overviews(own, precision, machine))

    def _remove(self, name: str) -> None:
        from app.models.places import remove

        try:
            remove(name)
        except AppError as error:
            self.failed.emit(str(error))
        else:
            self.removed.emit(name)

    def _guarded(self, work: Callable[..., None], *arguments: Any) -> None:
        try:
            work(*arguments)
        except Exception:  # thread boundary: nobody above would ever see it
            logger.exception("looking for models failed")
            self.failed.emit(self.tr("Models cannot be looked for; the log has the details."))
