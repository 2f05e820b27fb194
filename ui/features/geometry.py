"""Where the window was when it was closed, and which parts of it are shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from PySide6.QtCore import QByteArray

from ui.features.feature import Feature, WindowContext


@dataclass(frozen=True, slots=True)
class WindowSettings:
    """The window's place.

    Attributes:
        geometry: What Qt restores it from, in base 64; empty before it was first closed.
    """

    SECTION: ClassVar[str] = "window"

    geometry: str = ""


class GeometryFeature(Feature):
    """Puts the window where it was, and turns its panels and the full screen on and off."""

    def __init__(self, context: WindowContext) -> None:
        super().__init__(context)
        self._window = context.window
        self._settings = context.settings
        context.deeds.show_sources.toggled.connect(context.choice.setVisible)
        context.deeds.show_side.toggled.connect(context.side.setVisible)
        context.deeds.full_screen.toggled.connect(self._set_full_screen)
        self._restore()

    def close(self) -> None:
        geometry = self._window.saveGeometry().toBase64().toStdString()
        self._settings.put(WindowSettings(geometry))

    def _restore(self) -> None:
        kept = self._settings.get(WindowSettings).geometry.encode()
        if not (kept and self._window.restoreGeometry(QByteArray.fromBase64(kept))):
            self._window.resize(self._window.sizeHint())

    def _set_full_screen(self, on: bool) -> None:
        self._window.showFullScreen() if on else self._window.showNormal()
