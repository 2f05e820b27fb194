"""Which lines cannot wait."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.speech.settings import SpeechSettings
    from app.transcripts.line import TranscriptLine

_EXCLAMATIONS = ("!", "！")  # noqa: RUF001  (the wide one is Chinese and Japanese)
_CLOSING_MARKS = " \"'”’»)"  # noqa: RUF001  (real quotation marks)


def is_urgent(line: TranscriptLine, settings: SpeechSettings) -> bool:
    """Whether `line` cuts off what is being spoken, by the person's rules."""
    if settings.urgent_answers and line.question:
        return True
    if settings.urgent_exclamations and line.text.rstrip(_CLOSING_MARKS).endswith(_EXCLAMATIONS):
        return True
    return any(_holds(line.text, word) for word in settings.urgent_words)


def _holds(text: str, word: str) -> bool:
    """Whether `word` stands in `text` on its own, in whatever case."""
    wanted, text = word.strip().casefold(), text.casefold()
    if not wanted:
        return False
    if any(unicodedata.east_asian_width(char) in {"W", "F"} for char in wanted):
        return wanted in text  # no spaces around words there, or endings attached to them
    return re.search(rf"(?<!\w){re.escape(wanted)}(?!\w)", text) is not None
