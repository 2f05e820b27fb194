"""Global keys by RegisterHotKey: Windows puts a message into the queue of the thread that asked."""

from __future__ import annotations

import ctypes
import logging
import sys
from ctypes import wintypes
from typing import TYPE_CHECKING, Protocol

from app.errors import AppError
from app.hotkeys.chord import Modifier

if TYPE_CHECKING:
    from collections.abc import Mapping

    from app.hotkeys.chord import Chord

logger = logging.getLogger(__name__)

WM_HOTKEY = 0x0312
NO_REPEAT = 0x4000  # a key held down counts once
FLAGS = {
    Modifier.ALT: 0x0001,
    Modifier.CTRL: 0x0002,
    Modifier.SHIFT: 0x0004,
    Modifier.META: 0x0008,
}
_F1 = 0x70
_VIRTUAL_KEYS = {f"F{number}": _F1 + number - 1 for number in range(1, 25)} | {
    "Backspace": 0x08,
    "Tab": 0x09,
    "Return": 0x0D,
    "Enter": 0x0D,
    "Pause": 0x13,
    "Esc": 0x1B,
    "Space": 0x20,
    "PgUp": 0x21,
    "PgDown": 0x22,
    "End": 0x23,
    "Home": 0x24,
    "Left": 0x25,
    "Up": 0x26,
    "Right": 0x27,
    "Down": 0x28,
    "Print": 0x2C,
    "Ins": 0x2D,
    "Del": 0x2E,
    "ScrollLock": 0x91,
    "Volume Mute": 0xAD,
    "Volume Down": 0xAE,
    "Volume Up": 0xAF,
    "Media Next": 0xB0,
    "Media Previous": 0xB1,
    "Media Stop": 0xB2,
    "Media Play": 0xB3,
}


class User32(Protocol):
    """The functions needed of Windows' user32."""

    def RegisterHotKey(self, window: None, number: int, flags: int, key: int) -> int:  # noqa: N802
        """0 where another program has the key."""
        ...

    def UnregisterHotKey(self, window: None, number: int) -> int:  # noqa: N802
        """0 where it was not registered."""
        ...

    def VkKeyScanW(self, character: ctypes.c_wchar) -> int:  # noqa: N802
        """The virtual key in the low byte, what is held with it above; -1 for none."""
        ...


class WindowsHotkeys:
    """Takes keys for one thread, which must also read its message queue, and make every call.

    Args:
        user32: Windows' library; None takes this machine's.

    Raises:
        AppError: This is not Windows.
    """

    def __init__(self, user32: User32 | None = None) -> None:
        self._user32 = user32 or _user32()
        self._names: list[str | None] = []  # by number; None where it is not to be had

    def grab(self, chords: Mapping[str, Chord]) -> tuple[str, ...]:
        """Take these keys, by name, in place of those before.

        Returns:
            The names of those that cannot be had: another program has the key, or the keyboard has
            no such key.
        """
        self.close()
        for name, chord in chords.items():
            is_had = self._register(len(self._names), chord)
            self._names.append(name if is_had else None)
        return tuple(name for name in chords if name not in self._names)

    def pressed(self, message: int) -> str | None:
        """The name of the key that the MSG at this address tells of; None for any other message."""
        said = wintypes.MSG.from_address(message)
        if said.message != WM_HOTKEY or not 0 <= said.wParam < len(self._names):
            return None
        return self._names[said.wParam]

    def close(self) -> None:
        """Give the keys back."""
        for number, name in enumerate(self._names):
            if name is not None:
                self._user32.UnregisterHotKey(None, number)
        self._names.clear()

    def _register(self, number: int, chord: Chord) -> bool:
        key = self._virtual_key(chord.key)
        if key is None:
            logger.info("this keyboard has no key %s", chord.key)
            return False
        flags = sum(FLAGS[modifier] for modifier in chord.modifiers) | NO_REPEAT
        if not self._user32.RegisterHotKey(None, number, flags, key):
            logger.info("another program has %s", chord)
            return False
        return True

    def _virtual_key(self, key: str) -> int | None:
        if len(key) > 1:
            return _VIRTUAL_KEYS.get(key)
        found = self._user32.VkKeyScanW(ctypes.c_wchar(key.lower()))
        return None if found == -1 else found & 0xFF


def _user32() -> User32:
    if sys.platform == "win32":
        return ctypes.windll.user32
    raise AppError("These global shortcuts need Windows.")
