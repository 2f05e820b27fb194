"""Where windows are on the screen, in physical pixels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget

from ui.physical import physical_region, pixel_ratio_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from app.capture.specs import Region

_ON_TOP = Qt.WindowType.WindowStaysOnTopHint | Qt.WindowType.X11BypassWindowManagerHint
_PASSING = (Qt.WindowType.Popup, Qt.WindowType.ToolTip)
_MARGIN_PX = 1  # fractions of a pixel


class WindowPlaces(Protocol):
    """Knows where windows are."""

    def of(self, windows: Sequence[QWidget]) -> tuple[Region, ...]:
        """The rectangles in which these visible windows are seen."""
        ...


class QtPlaces:
    """By what Qt believes, where nobody better can be asked.

    A window that stays on top counts as seen. Any other counts only while the program is the active
    one: else another program's window may lie over it, which the model should see.
    """

    def of(self, windows: Sequence[QWidget]) -> tuple[Region, ...]:
        is_active = QApplication.activeWindow() is not None
        return tuple(
            part
            for window in windows
            if is_active or _stays_on_top(window)
            for part in wished_places(window)
        )


class X11Places:
    """By what the X server knows: to the pixel, and without what other windows cover."""

    def __init__(self) -> None:
        from app.capture.x11 import X11Desktop  # which only X11 has

        self._desktop = X11Desktop()

    def of(self, windows: Sequence[QWidget]) -> tuple[Region, ...]:
        return self._desktop.visible_parts([int(window.winId()) for window in windows])


def window_places() -> WindowPlaces:
    """The best that this desktop offers."""
    return X11Places() if QGuiApplication.platformName() == "xcb" else QtPlaces()


def _stays_on_top(window: QWidget) -> bool:
    return bool(window.windowFlags() & _ON_TOP) or window.windowType() in _PASSING


def wished_places(window: QWidget) -> tuple[Region, ...]:
    """Where Qt believes that a window is or will be, screen by screen."""
    return tuple(_on_each_screen(window))


def _on_each_screen(window: QWidget) -> Iterator[Region]:
    margin = _MARGIN_PX
    frame = window.frameGeometry().adjusted(-margin, -margin, margin, margin)
    for screen in QGuiApplication.screens():
        part = frame.intersected(screen.geometry())
        if not part.isEmpty():
            origin = screen.geometry().topLeft()
            yield physical_region(part.translated(-origin), origin, pixel_ratio_of(screen))
