"""The monitors by names that stay the same when one is unplugged and plugged in again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QRect, Signal
from PySide6.QtGui import QGuiApplication, QScreen

from app.subtitles.places import Rectangle

if TYPE_CHECKING:
    from PySide6.QtCore import QPoint


class Monitors(QObject):
    """Follows which monitors there are and where they stand.

    Signals:
        changed: A monitor came, went, or changed its place or size.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        application = QGuiApplication.instance()
        assert isinstance(application, QGuiApplication)  # else there is nobody to ask
        application.screenAdded.connect(self._follow)
        application.screenAdded.connect(self.changed)
        application.screenRemoved.connect(self.changed)
        application.primaryScreenChanged.connect(self.changed)
        for screen in QGuiApplication.screens():
            self._follow(screen)

    def named(self, name: str) -> QScreen:
        """The monitor with this name; the main one where it is not there."""
        for screen in QGuiApplication.screens():
            if name_of(screen) == name:
                return screen
        return QGuiApplication.primaryScreen()

    def at(self, point: QPoint) -> QScreen:
        """The monitor that shows `point`; the main one where none does."""
        return QGuiApplication.screenAt(point) or QGuiApplication.primaryScreen()

    def _follow(self, screen: QScreen) -> None:
        screen.geometryChanged.connect(self.changed)


def name_of(screen: QScreen) -> str:
    """Maker, model and number, as far as the monitor says them, and the socket it is plugged in."""
    parts = (screen.manufacturer(), screen.model(), screen.serialNumber(), screen.name())
    return " ".join(part for part in parts if part)


def area_of(screen: QScreen) -> Rectangle:
    """The whole monitor on the desktop, logical pixels."""
    area: QRect = screen.geometry()
    return Rectangle(area.x(), area.y(), area.width(), area.height())
