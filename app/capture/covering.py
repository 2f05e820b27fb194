"""Painting over this program's own windows in a picture of the screen, in place.

Decision: X11 has no way to leave a window out of a picture of the screen (Windows and macOS have,
see `app.capture.exclusion`), and the pictures of single windows are right only under a compositor.
So what is under our windows is guessed: where their surroundings still look as before, it is the
last picture that was seen there; else the surroundings are stretched over it, which is dull but
current. Nothing of the covered pixels themselves goes into either.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from app.capture.specs import Region

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.capture.base import Image

# A window may be on the screen a moment before its rectangle is known here; what was seen in this
# time before a change is not believed.
SETTLE_S = 0.5
# Mean difference of the surrounding pixels (0 to 255) up to which the scene counts as the same.
SAME_SCENE = 6.0


class Cover:
    """Remembers what was seen in one region of the screen and paints it over our windows.

    Args:
        region: What the pictures show.
    """

    def __init__(self, region: Region) -> None:
        self._region = region
        self._masks: tuple[Region, ...] = ()
        self._changed_s = -math.inf
        self._seen: Image | None = None  # painted over already, and older than any doubt
        self._newer: tuple[Image, float] | None = None

    def over(self, picture: Image, masks: Sequence[Region], time_s: float) -> None:
        """Paint over `masks` in `picture`, (height, width, channels).

        Args:
            picture: Written to; must not be written to by anybody afterwards.
            masks: In pixels of the desktop, as the region.
            time_s: When it was taken, on the monotonic clock.
        """
        inside = self._inside(masks)
        if inside != self._masks:
            self._masks, self._changed_s = inside, time_s
            self._newer = None
        for box in inside:
            self._paint(picture, box)
        if self._seen is not None or not inside:
            self._remember(picture, time_s)

    def _inside(self, masks: Sequence[Region]) -> tuple[Region, ...]:
        """The parts that lie in the region; those that touch are one."""
        return _joined([part for mask in masks if (part := mask.overlap(self._region))])

    def _remember(self, picture: Image, time_s: float) -> None:
        if self._newer is None:
            if time_s - self._changed_s >= SETTLE_S:
                self._newer = picture, time_s
            return
        newer, seen_s = self._newer
        if time_s - seen_s >= SETTLE_S:
            self._seen = newer
            self._newer = picture, time_s

    def _paint(self, picture: Image, box: Region) -> None:
        top = box.top_px - self._region.top_px
        left = box.left_px - self._region.left_px
        rows, columns = slice(top, top + box.height_px), slice(left, left + box.width_px)
        if self._seen is not None and _looks_as(picture, self._seen, rows, columns):
            picture[rows, columns] = self._seen[rows, columns]
        else:
            _stretch_surroundings(picture, rows, columns)


def _looks_as(picture: Image, seen: Image, rows: slice, columns: slice) -> bool:
    """Whether the pixels around a rectangle are about the same in both; true where it has none."""
    now, then = _ring(picture, rows, columns), _ring(seen, rows, columns)
    if not now.size:
        return True
    return float(np.abs(now.astype(np.int16) - then).mean()) <= SAME_SCENE


def _ring(picture: Image, rows: slice, columns: slice) -> Image:
    """The pixels just outside, (number, channels); fewer at the picture's edge."""
    height, width, channels = picture.shape
    sides = [picture[row, columns] for row in (rows.start - 1, rows.stop) if 0 <= row < height]
    sides += [picture[rows, at] for at in (columns.start - 1, columns.stop) if 0 <= at < width]
    return np.concatenate([np.empty((0, channels), np.uint8), *sides])


def _stretch_surroundings(picture: Image, rows: slice, columns: slice) -> None:
    """Blend from one long side of the rectangle to the other; black where it has no outside."""
    is_tall = rows.stop - rows.start > columns.stop - columns.start
    upright, turned = (picture, rows, columns), (picture.swapaxes(0, 1), columns, rows)
    for view, across, along in (turned, upright) if is_tall else (upright, turned):
        if _blend(view, across, along):
            return
    picture[rows, columns] = 0


def _blend(picture: Image, rows: slice, columns: slice) -> bool:
    """Fill the rectangle from the row above to the row below; False where there is neither."""
    sides = [
        picture[row, columns] for row in (rows.start - 1, rows.stop) if 0 <= row < len(picture)
    ]
    if not sides:
        return False
    first, last = sides[0].astype(np.float32), sides[-1].astype(np.float32)
    share = np.linspace(0.0, 1.0, rows.stop - rows.start, dtype=np.float32)[:, None, None]
    picture[rows, columns] = (first + share * (last - first)).astype(np.uint8)
    return True


def _joined(boxes: list[Region]) -> tuple[Region, ...]:
    """Rectangles around those that overlap or touch: no surroundings lie under another window."""
    for index, first in enumerate(boxes):
        grown = Region(first.left_px - 1, first.top_px - 1, first.width_px + 2, first.height_px + 2)
        for second in boxes[index + 1 :]:
            if grown.overlap(second):
                rest = [box for box in boxes if box is not first and box is not second]
                return _joined([*rest, first.around(second)])
    return tuple(boxes)
