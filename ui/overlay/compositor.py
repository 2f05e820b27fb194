"""Whether windows can be seen through on this desktop."""

from __future__ import annotations

import ctypes
import logging
from typing import Any

from PySide6.QtGui import QGuiApplication

logger = logging.getLogger(__name__)


class Compositor:
    """Asks the X server whether something composes its windows; other systems always do.

    On X11 whoever composes screen 0 owns the selection `_NET_WM_CM_S0` (Extended Window Manager
    Hints, "Compositing Managers"). It may come and go while the program runs.
    """

    def __init__(self) -> None:
        self._x11: Any = None
        self._display: int | None = None
        self._selection = 0
        if QGuiApplication.platformName() == "xcb":
            self._connect()

    @property
    def is_running(self) -> bool:
        """True where a window may be translucent; also where nobody knows."""
        if self._display is None:
            return True
        return bool(self._x11.XGetSelectionOwner(self._display, self._selection))

    def close(self) -> None:
        """Leave the X server."""
        if self._display is not None:
            self._x11.XCloseDisplay(self._display)
            self._display = None

    def _connect(self) -> None:
        try:
            x11 = ctypes.CDLL("libX11.so.6")
        except OSError:
            logger.warning("no libX11: taking the desktop for composited")
            return
        x11.XOpenDisplay.restype = ctypes.c_void_p
        x11.XOpenDisplay.argtypes = [ctypes.c_char_p]
        x11.XInternAtom.restype = ctypes.c_ulong
        x11.XInternAtom.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int]
        x11.XGetSelectionOwner.restype = ctypes.c_ulong
        x11.XGetSelectionOwner.argtypes = [ctypes.c_void_p, ctypes.c_ulong]
        x11.XCloseDisplay.argtypes = [ctypes.c_void_p]
        self._x11 = x11
        self._display = x11.XOpenDisplay(None)
        if self._display is not None:
            self._selection = x11.XInternAtom(self._display, b"_NET_WM_CM_S0", 0)
