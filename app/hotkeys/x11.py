"""Global keys by XGrabKey: the X server hands them to this program whoever has the keyboard."""

from __future__ import annotations

import itertools
import logging
from typing import TYPE_CHECKING

from Xlib import XK, X
from Xlib.display import Display
from Xlib.error import BadAccess, CatchError, DisplayError

from app.errors import AppError
from app.hotkeys.chord import Chord, Modifier

if TYPE_CHECKING:
    from collections.abc import Mapping

logger = logging.getLogger(__name__)

_MASKS = {
    Modifier.CTRL: X.ControlMask,
    Modifier.ALT: X.Mod1Mask,
    Modifier.SHIFT: X.ShiftMask,
    Modifier.META: X.Mod4Mask,
}
_LOCKS = (X.LockMask, X.Mod2Mask)  # Caps Lock and Num Lock, which shall make no difference
_HELD = X.ControlMask | X.Mod1Mask | X.ShiftMask | X.Mod4Mask
# Where X has another name for a key than Qt.
_KEYSYMS = {
    "Space": "space",
    "PgUp": "Prior",
    "PgDown": "Next",
    "Ins": "Insert",
    "Del": "Delete",
    "Esc": "Escape",
    "Backspace": "BackSpace",
    "Enter": "KP_Enter",
    "ScrollLock": "Scroll_Lock",
    "Media Play": "XF86_AudioPlay",
    "Media Stop": "XF86_AudioStop",
    "Media Next": "XF86_AudioNext",
    "Media Previous": "XF86_AudioPrev",
}


class X11Hotkeys:
    """Grabs keys on one X server, over a connection of its own.

    It never blocks: wait until `fileno()` is readable, then ask for `pressed()`.

    Args:
        display: Which server, as in DISPLAY; None takes DISPLAY.

    Raises:
        AppError: No X server answers.
    """

    def __init__(self, display: str | None = None) -> None:
        try:
            self._display = Display(display)
        except (DisplayError, OSError) as error:
            raise AppError(
                f"Global shortcuts need an X server, and none answers: {error}"
            ) from error
        XK.load_keysym_group("xf86")
        self._root = self._display.screen().root
        self._chords: dict[str, Chord] = {}
        self._names: dict[tuple[int, int], str] = {}  # by key code and held modifiers
        self._released: tuple[int, int] | None = None  # key code and time of the last release

    def fileno(self) -> int:
        """What to wait for; readable when a key was pressed."""
        return self._display.fileno()

    def grab(self, chords: Mapping[str, Chord]) -> tuple[str, ...]:
        """Take these keys, by name, in place of those before.

        Returns:
            The names of those that cannot be had: another program has the key, or the keyboard has
            no such key.
        """
        self._root.ungrab_key(X.AnyKey, X.AnyModifier)
        self._names.clear()
        self._chords = dict(chords)
        return tuple(name for name, chord in chords.items() if not self._grab_one(name, chord))

    def pressed(self) -> list[str]:
        """The names of the keys pressed since the last call; a key held down counts once."""
        names: list[str] = []
        while self._display.pending_events():
            event = self._display.next_event()
            if event.type == X.KeyRelease:
                self._released = event.detail, event.time
            elif event.type == X.KeyPress and (event.detail, event.time) != self._released:
                name = self._names.get((event.detail, event.state & _HELD))
                names += [name] if name is not None else []
            elif event.type == X.MappingNotify and event.request == X.MappingKeyboard:
                self._display.refresh_keyboard_mapping(event)
                self.grab(self._chords)
        return names

    def close(self) -> None:
        """Give the keys back."""
        self._display.close()

    def _grab_one(self, name: str, chord: Chord) -> bool:
        keycode = self._display.keysym_to_keycode(_keysym(chord.key))
        if not keycode:
            logger.info("this keyboard has no key %s", chord.key)
            return False
        mask = sum(_MASKS[modifier] for modifier in chord.modifiers)
        refused = CatchError(BadAccess)
        for locks in itertools.product(*((0, lock) for lock in _LOCKS)):
            self._root.grab_key(
                keycode, mask | sum(locks), False, X.GrabModeAsync, X.GrabModeAsync, refused
            )
        self._display.sync()
        if refused.get_error() is not None:
            logger.info("another program has %s", chord)
            return False
        self._names[keycode, mask] = name
        return True


def _keysym(key: str) -> int:
    if len(key) == 1:
        return ord(key.lower())  # the numbers of Latin-1 characters are their keysyms
    return XK.string_to_keysym(_KEYSYMS.get(key, key))
