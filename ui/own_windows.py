"""Following this program's own windows over the screen, so that the model never sees them.

Every top-level widget counts by itself, dialogs, menus and overlays as well. A new one is found a
moment after it was shown; `OwnWindows.look` finds it at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakSet

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication, QWidget

from app.capture.exclusion import exclude_from_capture
from ui.window_places import window_places, wished_places

if TYPE_CHECKING:
    from app.capture.specs import Region
    from ui.window_places import WindowPlaces

_LOOK_MS = 100  # how soon a window is found that nobody told of
_GONE_MS = 300  # how long a place is still covered after a window left it

_MOVES = frozenset(
    {
        QEvent.Type.Show,
        QEvent.Type.Hide,
        QEvent.Type.Move,
        QEvent.Type.Resize,
        QEvent.Type.WindowStateChange,
        QEvent.Type.ActivationChange,
    }
)


class OwnWindows(QObject):
    """Follows the windows of the program while it is told to.

    Signals:
        changed: A tuple of Region, all rectangles to keep from the model.
    """

    changed = Signal(tuple)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._now: tuple[Region, ...] = ()
        self._coming: tuple[Region, ...] = ()  # where Qt sends a window, before it is there
        self._told: tuple[Region, ...] = ()
        self._places: WindowPlaces | None = None  # it may need a connection: made at first start
        self._followed: WeakSet[QWidget] = WeakSet()
        self._is_on = False
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(self.look)
        self._forget = QTimer(self)
        self._forget.setInterval(_GONE_MS)
        self._forget.setSingleShot(True)
        self._forget.timeout.connect(self._tell)

    @property
    def regions(self) -> tuple[Region, ...]:
        """What was told last."""
        return self._told

    def start(self) -> None:
        """Begin to follow the windows."""
        self._places = self._places or window_places()
        self._is_on = True
        self.look()
        self._timer.start()

    def stop(self) -> None:
        """Leave the windows alone, and let other programs capture them again."""
        self._is_on = False
        self._timer.stop()
        self._forget.stop()
        for window in QApplication.topLevelWidgets():
            window.removeEventFilter(self)
            if window.isVisible():
                exclude_from_capture(int(window.winId()), excluded=False)
        self._followed.clear()
        self._now = ()
        self._tell()

    def look(self) -> None:
        """Find windows that are new, and tell where all of them are if that changed."""
        if not self._is_on or self._places is None:
            return
        shown: list[QWidget] = []
        for window in QApplication.topLevelWidgets():
            if window not in self._followed:
                self._followed.add(window)
                window.installEventFilter(self)
            if window.isVisible() and not window.isMinimized() and not _is_hidden(window):
                shown.append(window)
        self._follow(self._places.of(shown))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _MOVES:
            if isinstance(watched, QWidget) and watched.isVisible() and not _is_hidden(watched):
                self._coming = wished_places(watched)
            self.look()
        return super().eventFilter(watched, event)

    def _follow(self, now: tuple[Region, ...]) -> None:
        """Cover new places at once, some of them too early, and those that were left longer."""
        if now == self._now and not self._coming:
            return
        passing = [*self._coming, *(region for region in self._now if region not in now)]
        self._now, self._coming = now, ()
        self._tell(*passing)
        self._forget.start()

    def _tell(self, *passing: Region) -> None:
        told = (*self._now, *passing)
        if told != self._told:
            self._told = told
            self.changed.emit(told)


def _is_hidden(window: QWidget) -> bool:
    """Leave `window` out of captures; False where the system cannot."""
    return exclude_from_capture(int(window.winId()), excluded=True)
