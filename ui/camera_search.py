"""Looking for cameras away from the GUI thread: some systems have to open each to know it."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from app.capture.webcam import WebcamName


class CameraSearch(QObject):
    """Finds the cameras of this machine.

    Signals:
        found: A tuple of WebcamName.
    """

    found = Signal(tuple)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._searcher: threading.Thread | None = None

    def start(self) -> None:
        """Search, unless a search goes on; `found` follows."""
        if self._searcher is None or not self._searcher.is_alive():
            self._searcher = threading.Thread(target=self._search, name="camera-search")
            self._searcher.start()

    def wait(self) -> None:
        """Wait for the search to end, at exit only."""
        if self._searcher is not None:
            self._searcher.join()

    def _search(self) -> None:
        from app.capture.webcam import list_webcams  # loads OpenCV, which takes a moment

        names: tuple[WebcamName, ...] = list_webcams()
        self.found.emit(names)
