"""Looking for sessions that broke off, away from the GUI thread."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from pathlib import Path

logger = logging.getLogger(__name__)


class RecoverySearch(QObject):
    """Finishes the journals that broke off.

    Signals:
        found: A tuple of Recovered, where there is at least one.
    """

    found = Signal(tuple)

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._folder = folder
        self._searcher: threading.Thread | None = None

    def start(self) -> None:
        """Search, unless a search goes on."""
        if self._searcher is None or not self._searcher.is_alive():
            self._searcher = threading.Thread(target=self._search, name="recovery")
            self._searcher.start()

    def wait(self) -> None:
        """Wait for the search to end, at exit only."""
        if self._searcher is not None:
            self._searcher.join()

    def _search(self) -> None:
        from app.transcripts.recovery import recover_all  # loads what the window can spare

        try:
            recovered = recover_all(self._folder)
        except Exception:  # the thread's edge: nobody above would see it
            logger.exception("the search for sessions that broke off failed")
        else:
            if recovered:
                self.found.emit(recovered)
