"""A region of the desktop, or all of it, in physical pixels (mss)."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import mss
import numpy as np
from mss.exception import ScreenShotError

from app.capture.base import Frame, Image, SourceInfo
from app.capture.specs import Region
from app.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

WAYLAND_HIDES = (
    "This Wayland desktop does not let programs see its screen; log in to an X11 session, or "
    "choose a webcam, a video file or the match."
)


@dataclass(frozen=True, slots=True)
class Monitor:
    """One monitor, or the rectangle around all of them."""

    region: Region
    name: str


def list_monitors() -> tuple[Monitor, ...]:
    """The monitors of this desktop.

    Raises:
        SourceError: There is no display, or it lets nobody look.
    """
    display = _open_display()
    try:
        return tuple(
            Monitor(_region_of(monitor), str(monitor.get("name") or f"monitor {number}"))
            for number, monitor in enumerate(display.monitors[1:], 1)
        )
    finally:
        display.close()


class ScreenSource:
    """Grabs the region anew each time it is asked."""

    def __init__(self, region: Region | None) -> None:
        self._display = _open_display()
        try:
            desktop = _region_of(self._display.monitors[0])
            monitors = [_region_of(monitor) for monitor in self._display.monitors[1:]]
            self._region = clamp_region(region, desktop, monitors) if region else desktop
            self._check_not_hidden(desktop)
        except BaseException:
            self._display.close()
            raise
        label = f"screen {self._region}" if region else "screen"
        self._info = SourceInfo(label=label, is_live=True, is_endless=True)

    @property
    def info(self) -> SourceInfo:
        return self._info

    @property
    def region(self) -> Region:
        """What is really captured, in physical pixels."""
        return self._region

    def read(self, time_s: float) -> Frame:
        image = self.glance(time_s)
        return Frame(image, time_s, time.time())

    def glance(self, time_s: float) -> Image:  # noqa: ARG002  (a screen only shows the present)
        return self._grab(self._region)

    def close(self) -> None:
        self._display.close()

    def _check_not_hidden(self, desktop: Region) -> None:
        """Under XWayland, a desktop without X windows is all black however much is on it."""
        if os.environ.get("WAYLAND_DISPLAY") and not self._grab(desktop).any():
            raise SourceError(WAYLAND_HIDES)

    def _grab(self, box: Region) -> Image:
        try:
            shot = self._display.grab(
                {
                    "left": box.left_px,
                    "top": box.top_px,
                    "width": box.width_px,
                    "height": box.height_px,
                }
            )
        except (ScreenShotError, AssertionError) as error:  # mss asserts that X answers
            raise SourceError(
                "The screen could not be captured any more; was a monitor unplugged, its "
                "resolution changed, or the desktop session ended?"
            ) from error
        bgra = np.frombuffer(shot.raw, np.uint8).reshape(shot.height, shot.width, 4)
        return np.ascontiguousarray(bgra[:, :, 2::-1])


def clamp_region(region: Region, desktop: Region, monitors: Sequence[Region]) -> Region:
    """The part of `region` that lies on the desktop; the X server refuses what hangs over.

    Raises:
        SourceError: It touches no monitor.
    """
    if not any(_overlap(region, monitor) for monitor in monitors):
        seen = "; ".join(str(monitor) for monitor in monitors)
        raise SourceError(
            f"The region {region} lies off the screen; the monitors are at (X,Y,WIDTH,HEIGHT): "
            f"{seen}."
        )
    part = _overlap(region, desktop)
    return part if part is not None else region


def _overlap(first: Region, second: Region) -> Region | None:
    left = max(first.left_px, second.left_px)
    top = max(first.top_px, second.top_px)
    right = min(first.left_px + first.width_px, second.left_px + second.width_px)
    bottom = min(first.top_px + first.height_px, second.top_px + second.height_px)
    if right <= left or bottom <= top:
        return None
    return Region(left, top, right - left, bottom - top)


def _region_of(monitor: Mapping[str, int]) -> Region:
    return Region(monitor["left"], monitor["top"], monitor["width"], monitor["height"])


def _open_display() -> mss.MSS:
    try:
        return mss.MSS()
    except ScreenShotError as error:
        raise SourceError(_why_no_display(os.environ)) from error


def _why_no_display(environment: Mapping[str, str]) -> str:
    if environment.get("WAYLAND_DISPLAY"):
        return WAYLAND_HIDES
    if not environment.get("DISPLAY"):
        return (
            "There is no display to capture; start Kibitz on a desktop, or choose a webcam, "
            "a video file or the match."
        )
    return f"The display {environment['DISPLAY']} cannot be opened; is it running and yours?"
