"""A key with the modifiers held down with it, as people write it: "Ctrl+Alt+K"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from app.errors import SettingsError

_CHORD = re.compile(r"((?:(?:Ctrl|Alt|Shift|Meta)\+)*)([^+]+|\+)")
_FUNCTION_KEY = re.compile(r"F\d{1,2}|Pause|ScrollLock|Print|Media .+|Volume .+")


class Modifier(Enum):
    """A key that changes others while it is held."""

    CTRL = "Ctrl"
    ALT = "Alt"
    SHIFT = "Shift"
    META = "Meta"


@dataclass(frozen=True, slots=True)
class Chord:
    """One key and its modifiers.

    Attributes:
        key: The key's name as Qt writes it: "K", "F5", "PgUp", "+".
        modifiers: What is held with it.
    """

    key: str
    modifiers: frozenset[Modifier]

    def __str__(self) -> str:
        held = [modifier.value for modifier in Modifier if modifier in self.modifiers]
        return "+".join([*held, self.key])


def parse_chord(text: str) -> Chord:
    """Read "Ctrl+Alt+K".

    Raises:
        SettingsError: It is none, or one that would take a plain key from all other programs.
    """
    match = _CHORD.fullmatch(text)
    if match is None:
        raise SettingsError(f"{text!r} is not a key; write it like Ctrl+Alt+K.")
    held, key = match.groups()
    modifiers = frozenset(modifier for modifier in Modifier if f"{modifier.value}+" in held)
    if not (modifiers - {Modifier.SHIFT} or _FUNCTION_KEY.fullmatch(key)):
        raise SettingsError(f"Hold Ctrl, Alt or Meta with {text}: other programs need the key.")
    return Chord(key, modifiers)
