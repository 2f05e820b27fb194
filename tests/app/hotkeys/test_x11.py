from __future__ import annotations

import select
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from app.errors import AppError
from app.hotkeys.chord import parse_chord
from tests.support.processes import need_programs

if TYPE_CHECKING:
    from tests.support.desktop import XServer

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="X11 only")

WAIT_S = 5.0


@pytest.fixture
def server(x_server: XServer) -> XServer:
    need_programs("xdotool")
    return x_server


def press(server: XServer, *keys: str) -> None:
    """As from the keyboard, whoever has it."""
    server.run("xdotool", "key", *keys)


def test_a_grabbed_key_arrives_whatever_locks_are_on_and_others_do_not(server: XServer) -> None:
    from app.hotkeys.x11 import X11Hotkeys

    with closing(X11Hotkeys(server.display)) as hotkeys:
        chords = {name: parse_chord(keys) for name, keys in (("a", "Ctrl+Alt+K"), ("b", "F9"))}
        assert hotkeys.grab(chords) == ()
        assert hotkeys.pressed() == []
        press(server, "ctrl+k", "ctrl+alt+k", "F9", "ctrl+F9")
        assert select.select([hotkeys], [], [], WAIT_S)[0]
        assert hotkeys.pressed() == ["a", "b"]
        press(server, "Num_Lock", "ctrl+alt+k", "Caps_Lock", "F9")
        assert hotkeys.pressed() == ["a", "b"]
        assert hotkeys.grab({"b": parse_chord("Ctrl+Alt+J")}) == ()
        press(server, "ctrl+alt+k", "ctrl+alt+j")
        assert hotkeys.pressed() == ["b"]


def test_a_key_that_another_program_has_is_named(server: XServer) -> None:
    from app.hotkeys.x11 import X11Hotkeys

    chords = {"mute": parse_chord("Ctrl+Alt+M"), "now": parse_chord("Ctrl+Alt+J")}
    with closing(X11Hotkeys(server.display)) as first, closing(X11Hotkeys(server.display)) as other:
        assert first.grab({"x": parse_chord("Ctrl+Alt+M")}) == ()
        assert other.grab(chords) == ("mute",)
        press(server, "ctrl+alt+m", "ctrl+alt+j")
        assert (first.pressed(), other.pressed()) == (["x"], ["now"])


def test_a_key_that_the_keyboard_lacks_is_named(server: XServer) -> None:
    from app.hotkeys.x11 import X11Hotkeys

    with closing(X11Hotkeys(server.display)) as hotkeys:
        assert hotkeys.grab({"odd": parse_chord("Ctrl+NoSuchKey")}) == ("odd",)


# python-xlib leaves the sockets that nobody answered to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_without_a_server_there_is_a_sentence() -> None:
    from app.hotkeys.x11 import X11Hotkeys

    with pytest.raises(AppError, match="need an X server"):
        X11Hotkeys(":987")
