"""A region of the desktop, or all of it, in physical pixels (mss)."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import mss
import numpy as np
from mss.exception import ScreenShotError

from app.capture.base import Frame, Image, SourceInfo
from app.capture.covering import Cover
from app.capture.masks import Masks
from app.capture.opencv import cv2
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
    """Grabs the region anew each time it is asked.

    Args:
        region: What to watch, None for all monitors.
        masks: Windows of this program, which are painted over.
    """

    def __init__(self, region: Region | None, masks: Masks | None = None) -> None:
        self._masks = masks or Masks()
        self._display = _open_display()
        try:
            desktop = _region_of(self._display.monitors[0])
            monitors = [_region_of(monitor) for monitor in self._display.monitors[1:]]
            self._region = clamp_region(region, desktop, monitors) if region else desktop
            self._check_not_hidden(desktop)
            self._cover = Cover(self._region)
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
        bgra = self._look()
        return Frame(partial(_to_rgb, bgra), time_s, time.time())

    def glance(self, time_s: float) -> Image:  # noqa: ARG002  (a screen only shows the present)
        return _to_rgb(self._look())

    def close(self) -> None:
        self._display.close()

    def _check_not_hidden(self, desktop: Region) -> None:
        """Under XWayland, a desktop without X windows is all black however much is on it."""
        if os.environ.get("WAYLAND_DISPLAY") and not self._grab(desktop).any():
            raise SourceError(WAYLAND_HIDES)

    def _look(self) -> Image:
        """The region without this program's windows, as a capture gives it."""
        bgra = self._grab(self._region)
        self._cover.over(bgra, self._masks.regions, time.monotonic())
        return bgra

    def _grab(self, box: Region) -> Image:
        """Blue, green, red and a filling byte: (height, width, 4), owned by the caller."""
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
        return np.frombuffer(shot.raw, np.uint8).reshape(shot.height, shot.width, 4)


def _to_rgb(bgra: Image) -> Image:
    return np.asarray(cv2.cvtColor(bgra, cv2.COLOR_BGRA2RGB), np.uint8)


def clamp_region(region: Region, desktop: Region, monitors: Sequence[Region]) -> Region:
    """The part of `region` that lies on the desktop; the X server refuses what hangs over.

    Raises:
        SourceError: It touches no monitor.
    """
    if not any(region.overlap(monitor) for monitor in monitors):
        seen = "; ".join(str(monitor) for monitor in monitors)
        raise SourceError(
            f"The region {region} lies off the screen; the monitors are at (X,Y,WIDTH,HEIGHT): "
            f"{seen}."
        )
    part = region.overlap(desktop)
    return part if part is not None else region


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
