"""On what screens, and in which colours, the pages are looked at."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from app.settings.appearance import ThemeChoice


@dataclass(frozen=True, slots=True)
class Look:
    """One way in which the program is shown.

    Attributes:
        size_px: Width and height of the screen.
        scale: Pixels for one of Qt's.
        theme: Light or dark.
    """

    size_px: tuple[int, int]
    scale: int
    theme: ThemeChoice

    @property
    def name(self) -> str:
        """As folders are called: "1280x720-200-dark"."""
        width, height = self.size_px
        return f"{width}x{height}-{self.scale * 100}-{self.theme.value}"


LOOKS = tuple(
    itertools.starmap(
        Look,
        itertools.product(
            ((1280, 720), (3840, 2160)), (1, 2), (ThemeChoice.LIGHT, ThemeChoice.DARK)
        ),
    )
)
