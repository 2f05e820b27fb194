"""Which keys do what, as far as the person changed it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from app.hotkeys.chord import parse_chord


@dataclass(frozen=True, slots=True)
class Binding:
    """Keys for one action.

    Attributes:
        action: The action's key in the window's list of actions.
        keys: As Qt writes them in files: "Ctrl+Shift+M"; empty for none.
    """

    action: str
    keys: str


# With Shift: many keyboards write letters with Ctrl+Alt, and macOS hides programs with some.
DEFAULT_GLOBAL = (
    Binding("start_stop", "Ctrl+Alt+Shift+K"),
    Binding("mute", "Ctrl+Alt+Shift+M"),
    Binding("show_overlay", "Ctrl+Alt+Shift+O"),
    Binding("mark_highlight", "Ctrl+Alt+Shift+H"),
    Binding("jump_to_now", "Ctrl+Alt+Shift+J"),
)


@dataclass(frozen=True, slots=True)
class ShortcutSettings:
    """Shortcuts of the window and of the whole desktop.

    Attributes:
        window: Where they are not the program's own.
        has_global: Let the global ones work; off at first, for they are taken from other programs.
        everywhere: The global ones.

    Raises:
        SettingsError: A global one is not a key, or a plain key that other programs need.
    """

    SECTION: ClassVar[str] = "shortcuts"

    window: tuple[Binding, ...] = ()
    has_global: bool = False
    everywhere: tuple[Binding, ...] = DEFAULT_GLOBAL

    def __post_init__(self) -> None:
        for binding in self.everywhere:
            if binding.keys:
                parse_chord(binding.keys)
