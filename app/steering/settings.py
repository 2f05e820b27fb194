"""What the person chose to tell the commentator, kept between starts."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

from app.errors import SteeringError
from app.steering.languages import LANGUAGES
from app.steering.presets import Preset
from app.steering.words import MAX_RULES, WordRule

MAX_TITLE_CHARS = 200
MAX_TEXT_CHARS = 2000
MAX_TALKATIVENESS = 5.0


@dataclass(frozen=True, slots=True)
class SteeringSettings:
    """Instruction, facts, language, talkativeness and words.

    Instruction and facts stay in the model's context for the whole session, so their length costs
    a little in every round and is bounded.

    Attributes:
        preset: The way of commenting.
        custom: The instruction of the preset CUSTOM.
        title: What is being watched.
        names: Who can be seen, as the person writes it.
        glossary: Words of the trade and what they mean, one to a line.
        language: A code of `LANGUAGES`; empty leaves the choice to the model.
        talkativeness: From silent to chatty; 0 is the model's own way.
        words: Words that are replaced in what is said.

    Raises:
        SteeringError: A text is too long, the language unknown or the talkativeness out of range.
    """

    SECTION: ClassVar[str] = "steering"

    preset: Preset = Preset.NONE
    custom: str = ""
    title: str = ""
    names: str = ""
    glossary: str = ""
    language: str = ""
    talkativeness: float = 0.0
    words: tuple[WordRule, ...] = ()

    def __post_init__(self) -> None:
        _check_length("title", self.title, MAX_TITLE_CHARS)
        _check_length("instruction", self.custom, MAX_TEXT_CHARS)
        _check_length("list of names", self.names, MAX_TEXT_CHARS)
        _check_length("glossary", self.glossary, MAX_TEXT_CHARS)
        if self.language and self.language not in LANGUAGES:
            known = ", ".join(sorted(LANGUAGES))
            raise SteeringError(f"The language {self.language!r} is unknown; known are {known}.")
        bound = MAX_TALKATIVENESS
        if not (math.isfinite(self.talkativeness) and abs(self.talkativeness) <= bound):
            raise SteeringError(
                f"The talkativeness must be from {-bound:g} to {bound:g}, "
                f"it is {self.talkativeness:g}."
            )
        if len(self.words) > MAX_RULES:
            raise SteeringError(f"There may be {MAX_RULES} words to replace, not more.")


def _check_length(what: str, text: str, limit: int) -> None:
    if len(text) > limit:
        raise SteeringError(f"The {what} may have {limit} characters, it has {len(text)}.")
