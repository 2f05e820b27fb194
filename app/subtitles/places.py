"""Where the overlay stands on each monitor."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar, NamedTuple

from app.subtitles.settings import ReadingMode  # noqa: TC001 - the settings store reads it

MIN_WIDTH, MIN_HEIGHT = 200, 48
_SHARE_OF_WIDTH = 0.6
_BOTTOM_MARGIN = 0.05  # of the monitor's height, below the overlay at its first show
_KEPT_PLACES = 16


class Rectangle(NamedTuple):
    """A rectangle in logical pixels."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Place:
    """The overlay on one monitor.

    Attributes:
        monitor: Name of the monitor, the same each time it is plugged in.
        x: Left side, logical pixels from the monitor's own left side.
        y: Top, likewise.
        width: Logical pixels.
        height: Likewise.
        mode: The way of reading there; None is the one of the subtitle settings.
    """

    monitor: str
    x: int
    y: int
    width: int
    height: int
    mode: ReadingMode | None = None

    def on(self, monitor: Rectangle) -> Rectangle:
        """The place on the whole desktop, moved and made smaller as far as `monitor` needs it."""
        width = min(max(self.width, MIN_WIDTH), monitor.width)
        height = min(max(self.height, MIN_HEIGHT), monitor.height)
        x = min(max(self.x, 0), monitor.width - width)
        y = min(max(self.y, 0), monitor.height - height)
        return Rectangle(monitor.x + x, monitor.y + y, width, height)


@dataclass(frozen=True, slots=True)
class OverlaySettings:
    """What is kept of the overlay.

    Attributes:
        is_shown: It is shown at the start.
        monitor: Name of the monitor that it was put on last; empty before the first time.
        places: One for each monitor that it was ever put on, the last used one first.
    """

    SECTION: ClassVar[str] = "overlay"

    is_shown: bool = False
    monitor: str = ""
    places: tuple[Place, ...] = ()

    def place_on(self, name: str, monitor: Rectangle, height: int) -> Place:
        """What is remembered for the monitor `name`; low and centred where nothing is.

        Args:
            name: See `Place.monitor`.
            monitor: Where it is on the desktop.
            height: Of an overlay that was never there, logical pixels.
        """
        for place in self.places:
            if place.monitor == name:
                return place
        width = round(monitor.width * _SHARE_OF_WIDTH)
        bottom = round(monitor.height * (1 - _BOTTOM_MARGIN))
        return Place(name, (monitor.width - width) // 2, bottom - height, width, height)

    def with_place(self, place: Place) -> OverlaySettings:
        """These settings with the overlay put at `place`."""
        others = tuple(old for old in self.places if old.monitor != place.monitor)
        return replace(self, monitor=place.monitor, places=(place, *others)[:_KEPT_PLACES])
