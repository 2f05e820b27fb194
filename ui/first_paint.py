"""When a window stands on the screen, and what can wait for that may begin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QTimer, Signal

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

_PATIENCE_MS = 1000  # a window on another desktop, say, is painted when somebody goes there


class FirstPaint(QObject):
    """Waits until a window was painted for the first time, but not for ever.

    Signals:
        passed: It was, or is late. Emitted once.
    """

    passed = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._timer = QTimer(self, singleShot=True, interval=_PATIENCE_MS)
        self._timer.timeout.connect(self._pass)
        self._timer.start()
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self._timer.start(0)  # once all that lies on the window was painted, too
        return super().eventFilter(watched, event)

    def _pass(self) -> None:
        self._window.removeEventFilter(self)
        self.passed.emit()
