"""By which way the screen can be seen on this desktop, or a sentence that says why not.

Windows, macOS and X11 let programs look. Wayland does not: XWayland shows the programs that still
use X11, and nothing else of the desktop.

Decision: the desktop portal, which could ask the person what to share, is not used. Qt reaches it
by QScreenCapture only, which Qt calls experimental on Wayland, which needs PySide6-Addons (160 MB),
which was seen to claim that it is active while no picture came (weston without a portal), and whose
pictures would arrive in the window's process while sessions watch from their own.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

ELSE_CHOOSE = "choose a webcam, a video file or the match"
NO_DISPLAY = f"There is no display to capture; start Kibitz on a desktop, or {ELSE_CHOOSE}."
WAYLAND_HIDES = (
    "This Wayland desktop does not let programs see its screen; log in to an X11 session, or "
    f"{ELSE_CHOOSE}."
)
WAYLAND_SHOWS_X11 = (
    "This is a Wayland desktop: only programs that use X11 can be seen, the rest stays black. "
    "Log in to an X11 session to watch everything."
)


class ScreenWay(Enum):
    """How pictures of the screen are taken."""

    DIRECT = "direct"
    XWAYLAND = "xwayland"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class ScreenAccess:
    """What can be seen.

    Attributes:
        hint: A sentence for the person; empty where all is as they expect.
    """

    way: ScreenWay
    hint: str = ""

    @property
    def has_regions(self) -> bool:
        """Whether a monitor or a rectangle can be chosen."""
        return self.way is not ScreenWay.NONE


def screen_access(environment: Mapping[str, str], *, platform: str) -> ScreenAccess:
    """The best way that there is.

    Args:
        environment: The variables of this process.
        platform: As `sys.platform`.
    """
    if platform in {"win32", "darwin"}:
        return ScreenAccess(ScreenWay.DIRECT)
    has_x11 = bool(environment.get("DISPLAY"))
    if not is_wayland(environment):
        return ScreenAccess(ScreenWay.DIRECT) if has_x11 else _no_access(NO_DISPLAY)
    if has_x11:
        return ScreenAccess(ScreenWay.XWAYLAND, WAYLAND_SHOWS_X11)
    return _no_access(WAYLAND_HIDES)


def is_wayland(environment: Mapping[str, str]) -> bool:
    """Whether the desktop is a Wayland one; an X server started on one (Xvfb, ssh) is not."""
    if environment.get("WAYLAND_DISPLAY"):
        return True
    return environment.get("XDG_SESSION_TYPE") == "wayland" and not environment.get("DISPLAY")


def _no_access(why: str) -> ScreenAccess:
    return ScreenAccess(ScreenWay.NONE, why)
