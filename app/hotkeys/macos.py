"""Global keys by Carbon's RegisterEventHotKey, which needs no permission of the person.

A listener to all keys would: macOS asks before it lets a program hear what is typed elsewhere.
Carbon knows keys by their place; the places here are those of an American keyboard.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import logging
import sys
from typing import TYPE_CHECKING, Any

from app.errors import AppError
from app.hotkeys.chord import Modifier

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from app.hotkeys.chord import Chord

logger = logging.getLogger(__name__)

# Qt calls the Command key Ctrl on macOS, and the Control key Meta.
FLAGS = {
    Modifier.CTRL: 0x0100,
    Modifier.SHIFT: 0x0200,
    Modifier.ALT: 0x0800,
    Modifier.META: 0x1000,
}
_PLACES = {
    **dict(zip("ASDFHGZXCV", range(10), strict=True)),
    **dict(zip("BQWERYT123465=97-80]OU[IP", range(11, 36), strict=True)),
    **dict(zip("LJ'K;\\,/NM.", range(37, 48), strict=True)),
    "`": 50,
}
_NAMED = {
    "Return": 0x24,
    "Tab": 0x30,
    "Space": 0x31,
    "Backspace": 0x33,
    "Esc": 0x35,
    "Enter": 0x4C,
    "Home": 0x73,
    "PgUp": 0x74,
    "Del": 0x75,
    "End": 0x77,
    "PgDown": 0x79,
    "Left": 0x7B,
    "Right": 0x7C,
    "Down": 0x7D,
    "Up": 0x7E,
}
_FUNCTION_KEYS = (
    *(0x7A, 0x78, 0x63, 0x76, 0x60, 0x61, 0x62, 0x64, 0x65, 0x6D, 0x67, 0x6F),
    *(0x69, 0x6B, 0x71),
)
KEY_CODES = _PLACES | _NAMED | {f"F{n}": code for n, code in enumerate(_FUNCTION_KEYS, 1)}


def _four(letters: bytes) -> int:
    """A number as Carbon writes it: four letters."""
    return int.from_bytes(letters, "big")


SIGNATURE = _four(b"Kbtz")
_KEYBOARD, _HOT_KEY_PRESSED = _four(b"keyb"), 5
_DIRECT_OBJECT, _TYPE_HOT_KEY_ID = _four(b"----"), _four(b"hkid")


class HotKeyId(ctypes.Structure):
    """Carbon's EventHotKeyID."""

    _fields_ = (("signature", ctypes.c_uint32), ("number", ctypes.c_uint32))


class _EventType(ctypes.Structure):
    """Carbon's EventTypeSpec."""

    _fields_ = (("of_class", ctypes.c_uint32), ("kind", ctypes.c_uint32))


HANDLER = ctypes.CFUNCTYPE(ctypes.c_int32, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p)


class MacHotkeys:
    """Takes keys for the program; belongs to its main thread, whose event loop brings them.

    Args:
        tell: Called in the main thread with the name of a key that was pressed.
        carbon: The system's library; None takes this machine's.

    Raises:
        AppError: This is not macOS, or it refuses to tell of keys.
    """

    def __init__(self, tell: Callable[[str], None], carbon: Any = None) -> None:
        self._tell = tell
        self._carbon = carbon or _carbon()
        self._target = self._carbon.GetApplicationEventTarget()
        self._names: dict[int, str] = {}
        self._taken: list[ctypes.c_void_p] = []
        self._heard = HANDLER(self._hear)  # lives as long as Carbon may call it
        self._handler = ctypes.c_void_p()
        kinds = _EventType(_KEYBOARD, _HOT_KEY_PRESSED)
        if self._carbon.InstallEventHandler(
            self._target, self._heard, 1, ctypes.byref(kinds), None, ctypes.byref(self._handler)
        ):
            raise AppError("macOS does not tell Kibitz of global shortcuts.")

    def grab(self, chords: Mapping[str, Chord]) -> tuple[str, ...]:
        """Take these keys, by name, in place of those before.

        Returns:
            The names of those that cannot be had: another program has the key, or the keyboard has
            no such key.
        """
        self._give_back()
        for number, (name, chord) in enumerate(chords.items()):
            if self._register(number, chord):
                self._names[number] = name
        return tuple(name for name in chords if name not in self._names.values())

    def close(self) -> None:
        """Give the keys back."""
        self._give_back()
        self._carbon.RemoveEventHandler(self._handler)

    def _register(self, number: int, chord: Chord) -> bool:
        code = KEY_CODES.get(chord.key)
        if code is None:
            logger.info("this keyboard has no key %s", chord.key)
            return False
        flags, taken = sum(FLAGS[modifier] for modifier in chord.modifiers), ctypes.c_void_p()
        is_refused = self._carbon.RegisterEventHotKey(
            code, flags, HotKeyId(SIGNATURE, number), self._target, 0, ctypes.byref(taken)
        )
        if is_refused:
            logger.info("another program has %s", chord)
            return False
        self._taken.append(taken)
        return True

    def _give_back(self) -> None:
        for taken in self._taken:
            self._carbon.UnregisterEventHotKey(taken)
        self._taken.clear()
        self._names.clear()

    def _hear(self, _call: int | None, event: int | None, _data: int | None) -> int:
        """Carbon's call; whatever it is, other handlers need not see it."""
        found = HotKeyId()
        self._carbon.GetEventParameter(
            *(event, _DIRECT_OBJECT, _TYPE_HOT_KEY_ID, None),
            *(ctypes.sizeof(found), None, ctypes.byref(found)),
        )
        name = self._names.get(found.number) if found.signature == SIGNATURE else None
        if name is not None:
            self._tell(name)
        return 0


def _carbon() -> Any:
    """The library with the types of what is called; pointers would be cut to 32 bits else."""
    if sys.platform != "darwin":
        raise AppError("These global shortcuts need macOS.")
    library: Any = ctypes.CDLL(ctypes.util.find_library("Carbon"))
    pointer, number, size = ctypes.c_void_p, ctypes.c_uint32, ctypes.c_ulong
    library.GetApplicationEventTarget.restype = pointer
    library.InstallEventHandler.argtypes = [pointer, HANDLER, size, pointer, pointer, pointer]
    library.RemoveEventHandler.argtypes = [pointer]
    library.RegisterEventHotKey.argtypes = [number, number, HotKeyId, pointer, number, pointer]
    library.UnregisterEventHotKey.argtypes = [pointer]
    library.GetEventParameter.argtypes = [
        *(pointer, number, number, pointer, size, pointer, pointer),
    ]
    return library
