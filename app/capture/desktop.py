"""Grabbing rectangles of the desktop in physical pixels (mss)."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

import mss
import numpy as np
from mss.exception import ScreenShotError

from app.capture.access import screen_access_here
from app.capture.specs import Region
from app.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from app.capture.base import Image


@dataclass(frozen=True, slots=True)
class Monitor:
    """One monitor."""

    region: Region
    name: str


class Desktop:
    """A connection to the display; used by one thread.

    Raises:
        SourceError: There is no display, or it lets nobody look.
    """

    def __init__(self) -> None:
        try:
            self._display = mss.MSS()
        except ScreenShotError as error:
            raise SourceError(_why_no_display()) from error
        bounds, *monitors = self._display.monitors
        self._bounds = _region_of(bounds)
        self._monitors = tuple(
            Monitor(_region_of(monitor), str(monitor.get("name") or f"monitor {number}"))
            for number, monitor in enumerate(monitors, 1)
        )

    @property
    def bounds(self) -> Region:
        """The rectangle around all monitors."""
        return self._bounds

    @property
    def monitors(self) -> tuple[Monitor, ...]:
        """The monitors as they were when this was opened."""
        return self._monitors

    def clamped(self, region: Region) -> Region:
        """The part of `region` that lies on the desktop; the X server refuses what hangs over.

        Raises:
            SourceError: It touches no monitor.
        """
        if not any(region.overlap(monitor.region) for monitor in self._monitors):
            seen = "; ".join(str(monitor.region) for monitor in self._monitors)
            raise SourceError(
                f"The region {region} lies off the screen; the monitors are at "
                f"(X,Y,WIDTH,HEIGHT): {seen}."
            )
        return region.overlap(self._bounds) or region

    def grab(self, region: Region) -> Image:
        """Blue, green, red and a filling byte: (height, width, 4), owned by the caller.

        Raises:
            SourceError: The display is gone or has changed.
        """
        box = {
            "left": region.left_px,
            "top": region.top_px,
            "width": region.width_px,
            "height": region.height_px,
        }
        try:
            shot = self._display.grab(box)
        except (ScreenShotError, AssertionError) as error:  # mss asserts that X answers
            raise SourceError(
                "The screen could not be captured any more; was a monitor unplugged, its "
                "resolution changed, or the desktop session ended?"
            ) from error
        return np.frombuffer(shot.raw, np.uint8).reshape(shot.height, shot.width, 4)

    def close(self) -> None:
        """End the connection. May be called again."""
        with contextlib.suppress(ScreenShotError):  # a display that is gone has ended it already
            self._display.close()


def list_monitors() -> tuple[Monitor, ...]:
    """The monitors of this desktop.

    Raises:
        SourceError: There is no display, or it lets nobody look.
    """
    desktop = Desktop()
    desktop.close()
    return desktop.monitors


def _region_of(monitor: Mapping[str, int]) -> Region:
    return Region(monitor["left"], monitor["top"], monitor["width"], monitor["height"])


def _why_no_display() -> str:
    access = screen_access_here()
    display = os.environ.get("DISPLAY")
    if access.hint or not display:
        return access.hint or "The screen cannot be captured on this system."
    return f"The display {display} cannot be opened; is it running and yours?"
