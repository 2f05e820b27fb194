"""Ctrl-C in the terminal closes the window in order: the transcript is saved."""

from __future__ import annotations

import signal
import socket
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSocketNotifier

if TYPE_CHECKING:
    from types import FrameType

    from PySide6.QtWidgets import QWidget


class InterruptCloses(QObject):
    """Closes a window on SIGINT.

    Python runs its signal handlers only between its own instructions, and Qt's event loop runs
    none while nothing happens; the byte that Python writes to the socket wakes the loop up.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._reader, self._writer = socket.socketpair()
        for end in (self._reader, self._writer):
            end.setblocking(False)
        signal.set_wakeup_fd(self._writer.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGINT, self._close)
        self._notifier = QSocketNotifier(self._reader.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._drain)

    def _close(self, number: int, frame: FrameType | None) -> None:
        del number, frame
        self._window.close()

    def _drain(self) -> None:
        self._reader.recv(64)
