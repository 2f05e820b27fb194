"""How the program looks and which language it speaks."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import ClassVar


class ThemeChoice(Enum):
    """Whose colours are taken."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True, slots=True)
class AppearanceSettings:
    """What the person chose for the whole program.

    Attributes:
        theme: Light, dark, or as the system has it.
        language: A language code such as "de"; empty is the system's language.
        has_tray_icon: Show the icon in the system's tray, where there is one.
    """

    SECTION: ClassVar[str] = "appearance"

    theme: ThemeChoice = ThemeChoice.SYSTEM
    language: str = ""
    has_tray_icon: bool = True
