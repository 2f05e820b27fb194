"""The program's two threads, from its start to the end of the socket."""

from __future__ import annotations

import importlib
import logging
import os
import signal
import threading
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Any

from PySide6.QtGui import QGuiApplication

from app.capture.shared import SharedPicture, SharingEnded
from ui.sharing.newest import Newest
from ui.sharing.portal import PortalWatch
from ui.sharing.screen_share import ScreenShare

if TYPE_CHECKING:
    from app.capture.shared import SharingAnswer

logger = logging.getLogger(__name__)

NOT_LOADED = "Qt's part that shares the screen does not load: {}."


def main(socket: int) -> None:
    """Have a screen shared, and answer until the other end of the socket is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the one who asks
    application = QGuiApplication([])
    newest = Newest()
    # Some libraries of the system that Qt Multimedia needs may be missing.
    try:
        share = ScreenShare(importlib.import_module("PySide6.QtMultimedia"), PortalWatch(), newest)
    except ImportError as error:
        newest.end(NOT_LOADED.format(error))
    else:
        share.start()
    answering = (Connection(socket), newest)
    threading.Thread(target=_answer_all, args=answering, name="answers", daemon=True).start()
    application.exec()


def _answer_all(connection: Connection[Any, Any], newest: Newest) -> None:
    """The thread's body; ends the process, for Qt's own end may crash where PipeWire failed it."""
    try:
        while True:
            connection.recv()
            connection.send(_answer(newest))
    except (EOFError, OSError):
        logger.debug("nobody asks any more")
    except Exception:  # the process's edge
        logger.exception("the program that shares the screen died")
    os._exit(0)  # nothing to save


def _answer(newest: Newest) -> SharingAnswer:
    """The newest picture, as soon as there is one."""
    found = newest.wait()
    return SharingEnded(found) if isinstance(found, str) else SharedPicture(found.rgb())
