"""What the person chose for subtitles."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar

from app.errors import SettingsError

MIN_SIZE_PT, MAX_SIZE_PT = 12, 96
MAX_OUTLINE_PX = 12
MAX_LINES = 6
MIN_HOLD_S, MAX_HOLD_S = 1.0, 60.0
MIN_READING_SPEED, MAX_READING_SPEED = 5, 60
MIN_LAG_S, MAX_LAG_S = 1.0, 30.0

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


class ReadingMode(StrEnum):
    """How text appears."""

    STEADY = "steady"
    INSTANT = "instant"


class Alignment(StrEnum):
    """Where the lines of a text begin and end."""

    LEFT = "left"
    CENTRE = "centre"
    RIGHT = "right"


@dataclass(frozen=True, slots=True)
class SubtitleStyle:
    """How subtitles look.

    Attributes:
        font_family: Empty means the system's own.
        size_pt: Height of the letters, points.
        is_bold: Heavier letters.
        colour: Of the letters, as `#rrggbb`.
        outline_colour: Of the line around them.
        outline_px: How far that line reaches out of the letters, logical pixels.
        background_colour: Of the box behind them.
        background_opacity: 0 draws no box, 1 hides what is behind it.
        alignment: Of the lines in the box.
        num_lines: At most so many are shown.

    Raises:
        SettingsError: A value is out of its range.
    """

    font_family: str = ""
    size_pt: int = 28
    is_bold: bool = True
    colour: str = "#ffffff"
    outline_colour: str = "#000000"
    outline_px: int = 2
    background_colour: str = "#000000"
    background_opacity: float = 0.6
    alignment: Alignment = Alignment.CENTRE
    num_lines: int = 2

    def __post_init__(self) -> None:
        _check("size of the letters", self.size_pt, MIN_SIZE_PT, MAX_SIZE_PT)
        _check("outline", self.outline_px, 0, MAX_OUTLINE_PX)
        _check("opacity of the background", self.background_opacity, 0, 1)
        _check("number of lines", self.num_lines, 1, MAX_LINES)
        for colour in (self.colour, self.outline_colour, self.background_colour):
            if not _COLOUR.fullmatch(colour):
                raise SettingsError(f"A colour is written as #rrggbb, not as {colour!r}.")


@dataclass(frozen=True, slots=True)
class Pacing:
    """When text comes and goes.

    Attributes:
        mode: The way of reading.
        reading_speed: Columns a second that the person reads; see `app.subtitles.text.columns`.
        hold_s: How long text stays in silence after it could be read.
        max_lag_s: A phrase that could not be shown for so long is left out (steady only).

    Raises:
        SettingsError: A value is out of its range.
    """

    mode: ReadingMode = ReadingMode.STEADY
    reading_speed: int = 17
    hold_s: float = 4.0
    max_lag_s: float = 5.0

    def __post_init__(self) -> None:
        _check("reading speed", self.reading_speed, MIN_READING_SPEED, MAX_READING_SPEED)
        _check("hold time", self.hold_s, MIN_HOLD_S, MAX_HOLD_S)
        _check("longest delay", self.max_lag_s, MIN_LAG_S, MAX_LAG_S)


@dataclass(frozen=True, slots=True)
class SubtitleSettings:
    """Everything about subtitles but where the overlay stands."""

    SECTION: ClassVar[str] = "subtitles"

    style: SubtitleStyle = field(default_factory=SubtitleStyle)
    pacing: Pacing = field(default_factory=Pacing)


def _check(what: str, value: float, lowest: float, highest: float) -> None:
    if not lowest <= value <= highest:  # not-a-number fails here, too
        raise SettingsError(
            f"The {what} of subtitles must be {lowest:g} to {highest:g}, not {value}."
        )
