"""Global shortcuts as a signal, where the platform has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject, QSocketNotifier, Signal
from PySide6.QtGui import QGuiApplication

from app.hotkeys.chord import parse_chord

if TYPE_CHECKING:
    from app.hotkeys.x11 import X11Hotkeys
    from app.settings.shortcuts import ShortcutSettings


def why_impossible(platform: str) -> str | None:
    """Why there are no global shortcuts on a Qt platform, in a sentence; None where there are."""
    if platform == "xcb":
        return None
    if platform.startswith("wayland"):
        reason = QCoreApplication.translate(
            "GlobalKeys", "Wayland lets no program hear keys that are meant for another one."
        )
    else:
        reason = QCoreApplication.translate(
            "GlobalKeys", "Kibitz has no global shortcuts on this system yet."
        )
    consolation = QCoreApplication.translate(
        "GlobalKeys", "The shortcuts above work while a window of Kibitz has the keyboard."
    )
    return f"{reason} {consolation}"


class GlobalKeys(QObject):
    """Takes keys on the X server and tells when they are pressed; the window is never blocked.

    Signals:
        pressed: The name of the binding whose key was pressed.
    """

    pressed = Signal(str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._hotkeys: X11Hotkeys | None = None
        self._notifier: QSocketNotifier | None = None

    def follow(self, settings: ShortcutSettings) -> tuple[str, ...]:
        """Take the keys of `settings`, or give all back.

        Returns:
            The keys that cannot be had, as the person wrote them.

        Raises:
            AppError: The platform has none, or its X server cannot be reached.
        """
        if not settings.has_global or why_impossible(QGuiApplication.platformName()) is not None:
            self.close()
            return ()
        bound = {binding.action: binding.keys for binding in settings.everywhere if binding.keys}
        chords = {action: parse_chord(keys) for action, keys in bound.items()}
        return tuple(bound[action] for action in self._connected().grab(chords))

    def close(self) -> None:
        """Give the keys back."""
        if self._notifier is not None:
            self._notifier.setEnabled(False)
            self._notifier.deleteLater()
            self._notifier = None
        if self._hotkeys is not None:
            self._hotkeys.close()
            self._hotkeys = None

    def _connected(self) -> X11Hotkeys:
        if self._hotkeys is None:
            from app.hotkeys.x11 import X11Hotkeys  # which only X11 has

            self._hotkeys = X11Hotkeys()
            self._notifier = QSocketNotifier(
                self._hotkeys.fileno(), QSocketNotifier.Type.Read, self
            )
            self._notifier.activated.connect(self._tell)
        return self._hotkeys

    def _tell(self) -> None:
        for name in self._hotkeys.pressed() if self._hotkeys is not None else ():
            self.pressed.emit(name)
