"""A region of the desktop, or all of it, as a source."""

from __future__ import annotations

import os
import time
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from app.capture.access import WAYLAND_HIDES, WAYLAND_SHARES, can_share, is_wayland
from app.capture.base import Frame, Image, SourceInfo
from app.capture.covering import Cover
from app.capture.desktop import Desktop
from app.capture.masks import Masks
from app.capture.opencv import cv2
from app.capture.screen_recording import check_screen_recording
from app.errors import SourceError

if TYPE_CHECKING:
    from app.capture.specs import Region


class ScreenSource:
    """Grabs the region anew each time it is asked.

    Args:
        region: What to watch, None for all monitors.
        masks: Windows of this program, which are painted over.

    Raises:
        SourceError: The screen, or this part of it, cannot be seen.
    """

    def __init__(self, region: Region | None, masks: Masks | None = None) -> None:
        check_screen_recording()
        self._masks = masks or Masks()
        self._desktop = Desktop()
        try:
            self._region = self._desktop.clamped(region) if region else self._desktop.bounds
            self._check_not_hidden()
        except BaseException:
            self._desktop.close()
            raise
        self._cover = Cover(self._region)
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
        self._desktop.close()

    def _look(self) -> Image:
        """The region without this program's windows, as a capture gives it."""
        bgra = self._desktop.grab(self._region)
        self._cover.over(bgra, self._masks.regions, time.monotonic())
        return bgra

    def _check_not_hidden(self) -> None:
        """Under XWayland, a desktop without X windows is all black however much is on it."""
        if is_wayland(os.environ) and not self._desktop.grab(self._desktop.bounds).any():
            raise SourceError(WAYLAND_SHARES if can_share() else WAYLAND_HIDES)


def _to_rgb(bgra: Image) -> Image:
    return np.asarray(cv2.cvtColor(bgra, cv2.COLOR_BGRA2RGB), np.uint8)
