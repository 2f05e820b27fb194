"""Between Qt's logical coordinates and the pixels that a capture grabs.

Qt scales distances within a screen but leaves the screens' corners where the system has them.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, QRect
from PySide6.QtGui import QGuiApplication

from app.capture.specs import Region

if TYPE_CHECKING:
    from PySide6.QtGui import QScreen


def physical_region(logical: QRect, screen_origin: QPoint, pixel_ratio: float) -> Region:
    """`logical`, which counts from its screen's corner, in the pixels that a capture grabs.

    Both edges are rounded, so that neighbouring rectangles stay neighbours.
    """
    left, top = round(logical.x() * pixel_ratio), round(logical.y() * pixel_ratio)
    right = round((logical.x() + logical.width()) * pixel_ratio)
    bottom = round((logical.y() + logical.height()) * pixel_ratio)
    return Region(screen_origin.x() + left, screen_origin.y() + top, right - left, bottom - top)


def logical_around(region: Region, screen_origin: QPoint, pixel_ratio: float) -> QRect:
    """The smallest rectangle of whole logical units that holds `region`; from the screen's corner.

    Where the ratio is not whole, it may be larger by a fraction of a unit on each side.
    """
    left = math.floor((region.left_px - screen_origin.x()) / pixel_ratio)
    top = math.floor((region.top_px - screen_origin.y()) / pixel_ratio)
    right = math.ceil((region.left_px - screen_origin.x() + region.width_px) / pixel_ratio)
    bottom = math.ceil((region.top_px - screen_origin.y() + region.height_px) / pixel_ratio)
    return QRect(left, top, right - left, bottom - top)


def device_point(point: QPointF, pixel_ratio: float) -> QPoint:
    """A point within a screen or window in device pixels; a mouse can stand on half a unit."""
    return QPoint(round(point.x() * pixel_ratio), round(point.y() * pixel_ratio))


def pixel_ratio_of(screen: QScreen) -> float:
    """How many pixels of a capture a logical unit of `screen` is; macOS captures in its points."""
    return 1.0 if QGuiApplication.platformName() == "cocoa" else screen.devicePixelRatio()


def screen_region(screen: QScreen) -> Region:
    """All of `screen`."""
    whole = QRect(QPoint(0, 0), screen.geometry().size())
    return physical_region(whole, screen.geometry().topLeft(), pixel_ratio_of(screen))


def screen_of(region: Region) -> QScreen:
    """The screen that shows most of `region`; the primary one where none does."""
    return max(
        QGuiApplication.screens(),
        key=lambda screen: (_shared_px(region, screen), screen is QGuiApplication.primaryScreen()),
    )


def _shared_px(region: Region, screen: QScreen) -> int:
    part = region.overlap(screen_region(screen))
    return part.width_px * part.height_px if part is not None else 0
