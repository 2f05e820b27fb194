"""Global keys of Windows and macOS against stand-ins of these systems' libraries."""

from __future__ import annotations

import ctypes
import sys
from ctypes import wintypes
from typing import Any

import pytest

from app.errors import AppError
from app.hotkeys import macos, windows
from app.hotkeys.chord import parse_chord
from app.hotkeys.macos import MacHotkeys
from app.hotkeys.windows import WindowsHotkeys
from app.settings.shortcuts import DEFAULT_GLOBAL

CTRL_ALT = windows.FLAGS[windows.Modifier.CTRL] | windows.FLAGS[windows.Modifier.ALT]
COMMAND_OPTION = macos.FLAGS[macos.Modifier.CTRL] | macos.FLAGS[macos.Modifier.ALT]


class Keyboard:
    """What a system was asked for; keys in `elsewhere` belong to another program."""

    def __init__(self, *elsewhere: int) -> None:
        self.elsewhere = elsewhere
        self.taken: dict[int, tuple[int, int]] = {}


class FakeUser32(Keyboard):
    """Windows with a German keyboard, on which Y and Z have changed places."""

    def RegisterHotKey(self, window: None, number: int, flags: int, key: int) -> int:  # noqa: N802
        assert window is None
        if key in self.elsewhere:
            return 0
        self.taken[number] = flags, key
        return 1

    def UnregisterHotKey(self, window: None, number: int) -> int:  # noqa: N802
        assert window is None
        del self.taken[number]
        return 1

    def VkKeyScanW(self, character: ctypes.c_wchar) -> int:  # noqa: N802
        shifted = {"!": 0x100 + ord("1")}
        if character.value in shifted:
            return shifted[character.value]
        return ord(character.value.upper()) if character.value.isascii() else -1


class FakeCarbon(Keyboard):
    """macOS's library, whose calls give 0 where all is well."""

    def __init__(self, *elsewhere: int) -> None:
        super().__init__(*elsewhere)
        self.handler: Any = None
        self._sent = macos.HotKeyId()

    def GetApplicationEventTarget(self) -> int:  # noqa: N802
        return 77

    def InstallEventHandler(self, target: int, handler: Any, *_: Any) -> int:  # noqa: N802
        assert target == 77
        self.handler = handler
        return 0

    def RemoveEventHandler(self, _handler: Any) -> int:  # noqa: N802
        self.handler = None
        return 0

    def RegisterEventHotKey(  # noqa: N802
        self, code: int, flags: int, hot_key: macos.HotKeyId, _target: int, _none: int, out: Any
    ) -> int:
        if code in self.elsewhere:
            return -9878
        self.taken[hot_key.number] = flags, code
        out._obj.value = hot_key.number + 1
        return 0

    def UnregisterEventHotKey(self, taken: ctypes.c_void_p) -> int:  # noqa: N802
        del self.taken[(taken.value or 0) - 1]
        return 0

    def GetEventParameter(self, _event: int, *rest: Any) -> int:  # noqa: N802
        rest[-1]._obj.signature = self._sent.signature
        rest[-1]._obj.number = self._sent.number
        return 0

    def press(self, number: int, signature: int = macos.SIGNATURE) -> None:
        self._sent = macos.HotKeyId(signature, number)
        assert self.handler(None, 1, None) == 0


def message(kind: int, number: int) -> wintypes.MSG:
    said = wintypes.MSG()
    said.message, said.wParam = kind, number
    return said


def chords(**keys: str) -> dict[str, Any]:
    return {name: parse_chord(text) for name, text in keys.items()}


def test_windows_takes_keys_in_place_of_those_before_and_gives_them_back() -> None:
    user32 = FakeUser32()
    hotkeys = WindowsHotkeys(user32)
    assert hotkeys.grab(chords(a="Ctrl+Alt+K", b="F9", c="Ctrl+PgUp")) == ()
    flags = windows.NO_REPEAT
    assert user32.taken == {
        0: (CTRL_ALT | flags, ord("K")),
        1: (flags, 0x78),
        2: (windows.FLAGS[windows.Modifier.CTRL] | flags, 0x21),
    }
    assert hotkeys.grab(chords(b="Ctrl+!")) == ()
    assert [key for _, key in user32.taken.values()] == [ord("1")]
    hotkeys.close()
    assert user32.taken == {}


def test_windows_names_keys_that_are_not_to_be_had_and_those_that_are_pressed() -> None:
    hotkeys = WindowsHotkeys(FakeUser32(ord("M")))
    refused = hotkeys.grab(chords(mute="Ctrl+Alt+M", odd="Ctrl+é", no="Ctrl+Help", now="Ctrl+J"))
    assert refused == ("mute", "odd", "no")
    pressed = [
        hotkeys.pressed(ctypes.addressof(message(kind, number)))
        for kind, number in ((windows.WM_HOTKEY, 3), (windows.WM_HOTKEY, 9), (0x0100, 3))
    ]
    assert pressed == ["now", None, None]


def test_macos_takes_keys_in_place_of_those_before_and_gives_them_back() -> None:
    carbon, told = FakeCarbon(), list[str]()
    hotkeys = MacHotkeys(told.append, carbon)
    assert hotkeys.grab(chords(a="Ctrl+Alt+K", b="F9")) == ()
    assert carbon.taken == {0: (COMMAND_OPTION, 40), 1: (0, 0x65)}
    carbon.press(1)
    carbon.press(0)
    carbon.press(0, signature=1)  # another part of the program's
    assert told == ["b", "a"]
    assert hotkeys.grab(chords(b="Meta+Space")) == ()
    assert carbon.taken == {0: (macos.FLAGS[macos.Modifier.META], 49)}
    hotkeys.close()
    assert carbon.taken == {}
    assert carbon.handler is None


def test_macos_names_keys_that_are_not_to_be_had() -> None:
    hotkeys = MacHotkeys(print, FakeCarbon(macos.KEY_CODES["M"]))
    refused = hotkeys.grab(chords(mute="Ctrl+Alt+M", odd="Ctrl+é", now="Ctrl+Alt+J"))
    assert refused == ("mute", "odd")


def test_the_keys_that_the_program_comes_with_are_on_both() -> None:
    own = {binding.action: parse_chord(binding.keys) for binding in DEFAULT_GLOBAL}
    assert WindowsHotkeys(FakeUser32()).grab(own) == ()
    assert MacHotkeys(print, FakeCarbon()).grab(own) == ()
    assert len(set(macos.KEY_CODES.values())) == len(macos.KEY_CODES)


@pytest.mark.skipif(sys.platform != "linux", reason="says what another system would not")
def test_elsewhere_there_is_a_sentence() -> None:
    with pytest.raises(AppError, match="need Windows"):
        WindowsHotkeys()
    with pytest.raises(AppError, match="need macOS"):
        MacHotkeys(print)
