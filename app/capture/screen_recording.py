"""macOS's permission to see the screen: without it, captures hold nothing but the wallpaper."""

from __future__ import annotations

import ctypes
import sys
from typing import Protocol, cast

from app.errors import SourceError

NOT_ALLOWED = (
    "Allow Screen Recording for the program that Kibitz was started from (Terminal) in System "
    "Settings, Privacy & Security, then start Kibitz again."
)
_CORE_GRAPHICS = "/System/Library/Frameworks/CoreGraphics.framework/CoreGraphics"


class CoreGraphics(Protocol):
    """What of the system's library is used."""

    def CGPreflightScreenCaptureAccess(self) -> bool:  # noqa: N802 (the library's name)
        """Whether this program may see the screen; asks nobody."""
        ...

    def CGRequestScreenCaptureAccess(self) -> bool:  # noqa: N802 (the library's name)
        """The same; the person is asked, the first time only."""
        ...


def check_screen_recording() -> None:
    """See that this system lets the program see the screen.

    Raises:
        SourceError: macOS does not.
    """
    if sys.platform == "darwin":
        ask_for_screen_recording(_core_graphics())


def ask_for_screen_recording(library: CoreGraphics) -> None:
    """Ask the person, where macOS has not yet been told.

    Raises:
        SourceError: It is not allowed, or not before the next start.
    """
    if not (library.CGPreflightScreenCaptureAccess() or library.CGRequestScreenCaptureAccess()):
        raise SourceError(NOT_ALLOWED)


def _core_graphics() -> CoreGraphics:
    library = ctypes.CDLL(_CORE_GRAPHICS)
    library.CGPreflightScreenCaptureAccess.restype = ctypes.c_bool
    library.CGRequestScreenCaptureAccess.restype = ctypes.c_bool
    return cast("CoreGraphics", library)
