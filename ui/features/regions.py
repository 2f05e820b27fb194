"""Choosing a region of the screen with the mouse, at once or by a frame that stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

from ui.features.feature import Feature, WindowContext
from ui.region_frame import RegionFrame
from ui.region_selector import RegionSelection

if TYPE_CHECKING:
    from app.capture.specs import Region

_BEHIND_THE_WINDOW_MS = 250  # until the desktop has painted what was behind the hidden window


class RegionsFeature(Feature):
    """Opens the selection, and shows the frame while regions are what is chosen."""

    def __init__(self, context: WindowContext) -> None:
        super().__init__(context)
        self._window = context.window
        self._picker = context.choice.source
        self._commentary = context.commentary
        self._selection = RegionSelection(self)
        self._frame: RegionFrame | None = None
        self._is_selecting = False
        self._picker.selection_asked.connect(self.select)
        self._selection.selected.connect(self._take)
        self._selection.finished.connect(self._finish)
        self._picker.region.frame_asked.connect(self._follow)
        self._picker.changed.connect(self._follow)
        self._commentary.began.connect(self._follow)
        self._commentary.ended.connect(self._follow)

    @property
    def frame(self) -> RegionFrame | None:
        """The frame on the screen; None before it was first asked for."""
        return self._frame

    def select(self) -> None:
        """Step aside and let the person drag a region over the screen."""
        self._is_selecting = True
        self._follow()
        self._window.hide()
        QTimer.singleShot(_BEHIND_THE_WINDOW_MS, self._selection.open)

    def close(self) -> None:
        if self._frame is not None:
            self._frame.close()
            self._frame.deleteLater()
            self._frame = None

    def _take(self, region: Region) -> None:
        self._picker.set_region(region)

    def _finish(self) -> None:
        self._is_selecting = False
        self._window.show()
        self._follow()

    def _follow(self) -> None:
        region = self._picker.region.region
        if region is None or not self._is_wanted():
            self.close()
            return
        if self._frame is None:
            self._frame = RegionFrame(region)
            self._frame.dragged.connect(self._take)
        self._frame.set_region(region)
        self._frame.show()

    def _is_wanted(self) -> bool:
        page = self._picker.region
        is_chosen = self._picker.page is page and page.wants_frame
        return is_chosen and not self._is_selecting and not self._commentary.is_active
