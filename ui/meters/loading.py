"""Loads a slow library away from the GUI thread."""

from __future__ import annotations

import importlib
import threading

from PySide6.QtCore import QObject, Signal


class LibraryLoader(QObject):
    """Imports one module in a thread, once.

    Signals:
        loaded: The module, on the thread of this object.
    """

    loaded = Signal(object)

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to load, where that was not done before."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._load, name=f"load {self._name}")
            self._thread.start()

    def close(self) -> None:
        """Wait for the thread, at exit."""
        if self._thread is not None:
            self._thread.join()

    def _load(self) -> None:
        self.loaded.emit(importlib.import_module(self._name))
