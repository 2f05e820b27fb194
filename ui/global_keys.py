"""Global shortcuts as a signal, where the platform has them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import (
    QAbstractNativeEventFilter,
    QByteArray,
    QCoreApplication,
    QObject,
    QSocketNotifier,
    Signal,
)
from PySide6.QtGui import QGuiApplication

from app.capture.access import is_wayland
from app.hotkeys.chord import parse_chord

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from app.hotkeys.chord import Chord
    from app.settings.shortcuts import ShortcutSettings

_WINDOWS_MESSAGE = b"windows_generic_MSG"


class Hotkeys(Protocol):
    """What takes keys on one platform."""

    def grab(self, chords: Mapping[str, Chord]) -> tuple[str, ...]:
        """Take these in place of those before; gives the names of those that cannot be had."""
        ...

    def close(self) -> None:
        """Give the keys back."""
        ...


def why_impossible(platform: str, environment: Mapping[str, str]) -> str | None:
    """Why there are no global shortcuts, in a sentence; None where there are.

    Args:
        platform: As Qt names it.
        environment: The variables of this process.
    """
    # Through XWayland, too, only keys that are meant for programs that use X11 are heard.
    is_deaf = platform == "xcb" and is_wayland(environment)
    if platform in _MAKERS and not is_deaf:
        return None
    if is_deaf or platform.startswith("wayland"):
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
    """Takes keys of the desktop and tells when they are pressed; the window is never blocked.

    Signals:
        pressed: The name of the binding whose key was pressed.
    """

    pressed = Signal(str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._hotkeys: Hotkeys | None = None

    def follow(self, settings: ShortcutSettings) -> tuple[str, ...]:
        """Take the keys of `settings`, or give all back.

        Returns:
            The keys that cannot be had, as the person wrote them.

        Raises:
            AppError: The platform does not answer.
        """
        platform = QGuiApplication.platformName()
        if not settings.has_global or why_impossible(platform, os.environ) is not None:
            self.close()
            return ()
        bound = {binding.action: binding.keys for binding in settings.everywhere if binding.keys}
        chords = {action: parse_chord(keys) for action, keys in bound.items()}
        if self._hotkeys is None:
            self._hotkeys = _MAKERS[platform](self.pressed.emit)
        return tuple(bound[action] for action in self._hotkeys.grab(chords))

    def close(self) -> None:
        """Give the keys back."""
        if self._hotkeys is not None:
            self._hotkeys.close()
            self._hotkeys = None


class _KeysOfX11(QObject):
    """Waits in Qt's event loop for what the X server sends."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        from app.hotkeys.x11 import X11Hotkeys  # which only X11 has

        super().__init__()
        self._tell = tell
        self._hotkeys = X11Hotkeys()
        self._notifier = QSocketNotifier(self._hotkeys.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._look)

    def grab(self, chords: Mapping[str, Chord]) -> tuple[str, ...]:
        return self._hotkeys.grab(chords)

    def close(self) -> None:
        self._notifier.setEnabled(False)
        self._hotkeys.close()
        self.deleteLater()

    def _look(self) -> None:
        for name in self._hotkeys.pressed():
            self._tell(name)


class _KeysOfWindows(QAbstractNativeEventFilter):
    """Looks at the messages that Qt's event loop takes from the thread's queue."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        from app.hotkeys.windows import WindowsHotkeys

        super().__init__()
        self._tell = tell
        self._hotkeys = WindowsHotkeys()
        _application().installNativeEventFilter(self)

    def grab(self, chords: Mapping[str, Chord]) -> tuple[str, ...]:
        return self._hotkeys.grab(chords)

    def close(self) -> None:
        _application().removeNativeEventFilter(self)
        self._hotkeys.close()

    def nativeEventFilter(
        self, kind: QByteArray | bytes | bytearray | memoryview, message: int
    ) -> tuple[bool, int]:
        """Tell of a key; Qt goes on with every message as if nobody had looked."""
        if kind == _WINDOWS_MESSAGE:
            name = self._hotkeys.pressed(int(message))  # a pointer, whatever its stub says
            if name is not None:
                self._tell(name)
        return False, 0


def _keys_of_macos(tell: Callable[[str], None]) -> Hotkeys:
    from app.hotkeys.macos import MacHotkeys

    return MacHotkeys(tell)


def _application() -> QCoreApplication:
    application = QCoreApplication.instance()
    assert application is not None
    return application


_MAKERS: dict[str, Callable[[Callable[[str], None]], Hotkeys]] = {
    "xcb": _KeysOfX11,
    "windows": _KeysOfWindows,
    "cocoa": _keys_of_macos,
}
"""By the name of Qt's platform."""
