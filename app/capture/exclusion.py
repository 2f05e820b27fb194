"""Leaving a window out of every picture of the screen, by the means of Windows and macOS.

On Windows 10 2004 and later, and on macOS as far as captures by window lists go (ours is one), the
system shows what lies behind the window instead. X11 has nothing of the kind: there the screen
source paints over the window, see `app.capture.masks`.
"""

from __future__ import annotations

import ctypes
import logging
import sys
from typing import Protocol

logger = logging.getLogger(__name__)

WDA_NONE, WDA_EXCLUDEFROMCAPTURE = 0x00, 0x11
NS_WINDOW_SHARING_NONE, NS_WINDOW_SHARING_READ_ONLY = 0, 1


class User32(Protocol):
    """The function needed of Windows' user32."""

    def SetWindowDisplayAffinity(self, window: int, affinity: int) -> int:  # noqa: N802
        """0 where the window is not ours or this Windows does not know the affinity."""
        ...


class ObjectiveC(Protocol):
    """Messages to Cocoa's objects."""

    def send(self, receiver: int, message: str, *numbers: int) -> int:
        """The answer as a number or an object's address."""
        ...


def exclude_from_capture(handle: int, *, excluded: bool) -> bool:
    """Leave a window out of captures, or let it appear in them again.

    Args:
        handle: What Qt's `winId` gives: an HWND, or the address of an NSView.
        excluded: False undoes it.

    Returns:
        True where the system does it; False where the window has to be painted over.
    """
    if sys.platform == "win32":
        return exclude_on_windows(ctypes.windll.user32, handle, excluded=excluded)
    if sys.platform == "darwin":
        return exclude_on_macos(_CocoaMessages(), handle, excluded=excluded)
    return False


def exclude_on_windows(user32: User32, window: int, *, excluded: bool) -> bool:
    """See `exclude_from_capture`."""
    affinity = WDA_EXCLUDEFROMCAPTURE if excluded else WDA_NONE
    if user32.SetWindowDisplayAffinity(window, affinity):
        return True
    logger.info("this Windows does not leave windows out of captures")
    return False


def exclude_on_macos(cocoa: ObjectiveC, view: int, *, excluded: bool) -> bool:
    """See `exclude_from_capture`."""
    window = cocoa.send(view, "window")
    if not window:
        return False
    sharing = NS_WINDOW_SHARING_NONE if excluded else NS_WINDOW_SHARING_READ_ONLY
    cocoa.send(window, "setSharingType:", sharing)
    return True


class _CocoaMessages:
    """Messages through the Objective-C runtime, whose library macOS always has."""

    def __init__(self) -> None:
        from ctypes.util import find_library  # loads what no other system needs

        library = ctypes.CDLL(find_library("objc"))
        self._selector_of = library.sel_registerName
        self._selector_of.restype = ctypes.c_void_p
        self._selector_of.argtypes = [ctypes.c_char_p]
        self._address = ctypes.cast(library.objc_msgSend, ctypes.c_void_p).value or 0

    def send(self, receiver: int, message: str, *numbers: int) -> int:
        # The runtime's function takes any arguments; a call must say which ones it passes.
        types = [ctypes.c_void_p, ctypes.c_void_p, *(ctypes.c_ulong for _ in numbers)]
        call = ctypes.CFUNCTYPE(ctypes.c_void_p, *types)(self._address)
        return call(receiver, self._selector_of(message.encode()), *numbers) or 0
