"""Rectangles of the screen that show this program's own windows and must not be seen by the model.

The side of the windows calls `ui.commentary.Commentary.set_masks(regions)`, which keeps them over
sessions (or `SessionControl.set_masks`), with all rectangles at once, in physical pixels of the
desktop, whenever a window of its own appears, moves or goes: before it is shown somewhere, after it
is gone from there. `ui.features.own_windows` does all this for every top-level widget of the
program. The screen source then paints over the rectangles, see `app.capture.covering`.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from app.capture.specs import Region


class Masks:
    """The rectangles of the moment: set by one thread, read by the one that captures."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._regions: tuple[Region, ...] = ()

    @property
    def regions(self) -> tuple[Region, ...]:
        """What is to be painted over in the next picture."""
        with self._lock:
            return self._regions

    def set(self, regions: Iterable[Region]) -> None:
        """Take these in the place of all earlier ones."""
        taken = tuple(regions)
        with self._lock:
            self._regions = taken
