"""By which way the screen can be seen on this desktop, or a sentence that says why not.

Windows, macOS and X11 let programs look. Wayland does not: its portal shows a screen to programs
that the person shares it with, each time anew; XWayland shows the programs that still use X11, and
nothing else of the desktop.

Decision: the portal comes first, through Qt (see `app.capture.shared`). Qt's part for it is an
extra of its own, because PySide6-Addons takes 160 MB that no other desktop needs. Whether a portal
answers is found out when a person wants to share, not before: asking starts its services.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from enum import Enum
from importlib.machinery import PathFinder
from importlib.util import find_spec
from typing import TYPE_CHECKING

from engine.extras import how_to_install

if TYPE_CHECKING:
    from collections.abc import Mapping

_QT, _SHARING_PART = "PySide6", "PySide6.QtMultimedia"

ELSE_CHOOSE = "choose a webcam, a video file or the match"
NO_DISPLAY = f"There is no display to capture; start Kibitz on a desktop, or {ELSE_CHOOSE}."
HOW_TO_SHARE = f"{how_to_install('wayland')} to share the screen with it"
WAYLAND_SHARES = (
    "This is a Wayland desktop: programs see the screen only when you share it. Choose Shared "
    "screen, or shared on the command line."
)
WAYLAND_SHARES_AND_SHOWS_X11 = f"{WAYLAND_SHARES} Here, only programs that use X11 can be seen."
WAYLAND_HIDES = (
    f"This Wayland desktop does not let programs see its screen; {HOW_TO_SHARE}, log in to an X11 "
    f"session, or {ELSE_CHOOSE}."
)
WAYLAND_SHOWS_X11 = (
    "This is a Wayland desktop: only programs that use X11 can be seen, the rest stays black. "
    f"To watch everything, {HOW_TO_SHARE}, or log in to an X11 session."
)


class ScreenWay(Enum):
    """How pictures of the screen are best taken."""

    DIRECT = "direct"
    PORTAL = "portal"
    XWAYLAND = "xwayland"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class ScreenAccess:
    """What can be seen.

    Attributes:
        hint: A sentence for the person; empty where all is as they expect.
        has_regions: Whether a monitor or a rectangle can be chosen.
    """

    way: ScreenWay
    hint: str = ""
    has_regions: bool = True


def screen_access_here() -> ScreenAccess:
    """The best way that this process has."""
    return screen_access(os.environ, platform=sys.platform, can_share=can_share())


def screen_access(
    environment: Mapping[str, str], *, platform: str, can_share: bool
) -> ScreenAccess:
    """The best way that there is.

    Args:
        environment: The variables of this process.
        platform: As `sys.platform`.
        can_share: As `can_share()`.
    """
    if platform in {"win32", "darwin"}:
        return ScreenAccess(ScreenWay.DIRECT)
    has_x11 = bool(environment.get("DISPLAY"))
    if is_wayland(environment):
        return _wayland_access(has_x11=has_x11, can_share=can_share)
    if has_x11:
        return ScreenAccess(ScreenWay.DIRECT)
    return ScreenAccess(ScreenWay.NONE, NO_DISPLAY, has_regions=False)


def _wayland_access(*, has_x11: bool, can_share: bool) -> ScreenAccess:
    if can_share:
        hint = WAYLAND_SHARES_AND_SHOWS_X11 if has_x11 else WAYLAND_SHARES
        return ScreenAccess(ScreenWay.PORTAL, hint, has_regions=has_x11)
    if has_x11:
        return ScreenAccess(ScreenWay.XWAYLAND, WAYLAND_SHOWS_X11)
    return ScreenAccess(ScreenWay.NONE, WAYLAND_HIDES, has_regions=False)


def is_wayland(environment: Mapping[str, str]) -> bool:
    """Whether the desktop is a Wayland one; an X server started on one (Xvfb, ssh) is not."""
    if environment.get("WAYLAND_DISPLAY"):
        return True
    return environment.get("XDG_SESSION_TYPE") == "wayland" and not environment.get("DISPLAY")


def can_share() -> bool:
    """Whether the part of Qt is installed that speaks with the desktop's portal; loads nothing."""
    qt = find_spec(_QT)
    places = None if qt is None else qt.submodule_search_locations
    return places is not None and PathFinder.find_spec(_SHARING_PART, places) is not None
