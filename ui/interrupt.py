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

    Python runs its signal handlers between any two of its instructions, in the middle of painting,
    too, and not at all while Qt's event loop waits. So the handler does nothing: the byte that
    Python writes to the socket wakes the loop, which closes the window when it is its turn.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._reader, self._writer = socket.socketpair()
        for end in (self._reader, self._writer):
            end.setblocking(False)
        signal.set_wakeup_fd(self._writer.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGINT, _do_nothing)
        self._notifier = QSocketNotifier(self._reader.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._close)

    def _close(self) -> None:
        self._reader.recv(64)
        self._window.close()


def _do_nothing(number: int, frame: FrameType | None) -> None:
    del number, frame
