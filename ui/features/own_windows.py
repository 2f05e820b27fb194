"""Keeping the program's own windows from the model while it watches the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.capture.specs import Region, ScreenSpec
from ui.features.feature import Feature, WindowContext
from ui.own_windows import OwnWindows

if TYPE_CHECKING:
    from ui.session_bridge import SessionBridge


class OwnWindowsFeature(Feature):
    """Tells a session that watches the screen where our windows are."""

    def __init__(self, context: WindowContext) -> None:
        super().__init__(context)
        self._commentary = context.commentary
        self._windows = OwnWindows(self)
        self._windows.changed.connect(self._mask)
        self._commentary.began.connect(self._begin)
        self._commentary.ended.connect(self._windows.stop)

    def close(self) -> None:
        self._windows.stop()

    def _begin(self, bridge: SessionBridge) -> None:
        if isinstance(bridge.session.request.source, ScreenSpec):
            self._windows.start()
        else:
            self._windows.stop()

    def _mask(self, regions: tuple[Region, ...]) -> None:
        self._commentary.set_masks(regions)
