"""How the commentary is spoken."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from app.errors import SettingsError

RATE_RANGE_WPM = (80, 450)
FRESH_RANGE_S = (1.0, 30.0)


@dataclass(frozen=True, slots=True)
class SpeechSettings:
    """What the person chose about speech.

    Attributes:
        enabled: Speak at all; off is mute.
        voice: The engine's own id of a voice; empty, or one that is not here, is its default.
        rate_wpm: Speed in words a minute.
        volume: 0 is silent, 1 as loud as the engine speaks.
        device: Name of the output; empty, or one that is not here, is the system's default.
        fresh_s: A line that is not begun so many seconds after it was complete is skipped.
        urgent_words: A line with one of these words, whatever its case, cuts off what is spoken.
        urgent_exclamations: So does a line that ends with an exclamation mark.
        urgent_answers: So does the answer to a question.

    Raises:
        SettingsError: A number is out of its range.
    """

    SECTION: ClassVar[str] = "speech"

    enabled: bool = False
    voice: str = ""
    rate_wpm: int = 200
    volume: float = 1.0
    device: str = ""
    fresh_s: float = 4.0
    urgent_words: tuple[str, ...] = ("goal", "scores")
    urgent_exclamations: bool = False
    urgent_answers: bool = True

    def __post_init__(self) -> None:
        _check("speaking rate", self.rate_wpm, RATE_RANGE_WPM, "words a minute")
        _check("volume", self.volume, (0.0, 1.0), "of full volume")
        _check("freshness", self.fresh_s, FRESH_RANGE_S, "s")


def _check(name: str, value: float, limits: tuple[float, float], unit: str) -> None:
    lowest, highest = limits
    if not lowest <= value <= highest:  # false for "not a number", too
        raise SettingsError(f"The {name} must be {lowest:g} to {highest:g} {unit}, not {value:g}.")
