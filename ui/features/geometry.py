"""Where the window was when it was closed, and which parts of it are shown."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import QByteArray, QEvent, QObject, Qt

from ui.features.feature import Feature, WindowContext
from ui.fitting import fitting

if TYPE_CHECKING:
    from PySide6.QtGui import QAction

_WITH_SIDE_PX = 860  # a narrower window has room for the panel on one of its sides only


@dataclass(frozen=True, slots=True)
class WindowSettings:
    """The window's place.

    Attributes:
        geometry: What Qt restores it from, in base 64; empty before it was first closed.
        has_sources: The panel on the left is shown.
        has_side: The tabs on the right are shown.
    """

    SECTION: ClassVar[str] = "window"

    geometry: str = ""
    has_sources: bool = True
    has_side: bool = True


class GeometryFeature(Feature):
    """Puts the window where it was, and turns its panels and the full screen on and off."""

    def __init__(self, context: WindowContext) -> None:
        super().__init__(context)
        self._window = context.window
        self._settings = context.settings
        self._deeds = context.deeds
        self._deeds.show_sources.toggled.connect(context.choice.setVisible)
        self._deeds.show_side.toggled.connect(context.side.setVisible)
        self._deeds.full_screen.toggled.connect(self._set_full_screen)
        self._restore(context.settings.get(WindowSettings))
        self._follow_state()
        self._window.installEventFilter(self)
        self._deeds.show_sources.toggled.connect(partial(self._give_way, self._deeds.show_side))
        self._deeds.show_side.toggled.connect(partial(self._give_way, self._deeds.show_sources))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.WindowStateChange:  # the system's menus do it, too
            self._follow_state()
        return super().eventFilter(watched, event)

    def close(self) -> None:
        self._window.removeEventFilter(self)
        self._settings.put(
            WindowSettings(
                self._window.saveGeometry().toBase64().toStdString(),
                has_sources=self._deeds.show_sources.isChecked(),
                has_side=self._deeds.show_side.isChecked(),
            )
        )

    def _restore(self, kept: WindowSettings) -> None:
        geometry = QByteArray.fromBase64(kept.geometry.encode())
        is_kept = bool(kept.geometry) and self._window.restoreGeometry(geometry)
        if not is_kept:
            self._window.resize(fitting(self._window.sizeHint()))
        has_room = is_kept or self._window.width() >= _WITH_SIDE_PX
        self._deeds.show_sources.setChecked(kept.has_sources)
        self._deeds.show_side.setChecked(kept.has_side and has_room)

    def _give_way(self, other: QAction, is_shown: bool) -> None:
        """Hide the other panel where the screen has no room for a window with both."""
        if is_shown and fitting(self._window.sizeHint()).width() < _WITH_SIDE_PX:
            other.setChecked(False)

    def _follow_state(self) -> None:
        self._deeds.full_screen.setChecked(self._window.isFullScreen())

    def _set_full_screen(self, on: bool) -> None:
        """Leave the rest of the window's state alone: a maximised one is so afterwards, too."""
        if on != self._window.isFullScreen():
            state = self._window.windowState()
            self._window.setWindowState(state ^ Qt.WindowState.WindowFullScreen)
