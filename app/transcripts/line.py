"""One line of commentary with the times at which it came to be."""

from __future__ import annotations

import math
import unicodedata
from dataclasses import dataclass

from app.errors import TranscriptError

WORD_JOINER = "\u2060"


def one_line(text: str) -> str:
    """`text` without line breaks, control characters and lone surrogates, runs of space joined.

    The invisible word joiner is left out too: exports use it to keep apart what a subtitle format
    would read as its own syntax.
    """
    if not text.isprintable():  # nearly every line is, and looking at each character takes long
        text = "".join(" " if _breaks_a_line(char) else char for char in text)
        text = text.replace(WORD_JOINER, "")
    return " ".join(text.split())


def _breaks_a_line(char: str) -> bool:
    return unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"}


@dataclass(frozen=True, slots=True)
class TranscriptLine:
    """What was said about one chunk; an empty `text` is a silent round.

    The text is made one printable line and the times are kept to the millisecond, which is what
    subtitle formats can hold: every export parses back to equal lines.

    Attributes:
        index: Number of the round, from 0.
        start_s: Where the chunk begins, seconds of stream.
        end_s: Where it ends.
        captured_at: Unix time at which the chunk's newest frame was taken.
        decoded_at: Unix time at which the line was complete.
        first_text_at: Unix time of its first characters, None for a silent round.
        question: What the user asked in this round, else empty.
        original: What the model said, where words of it were replaced in `text`, else empty.

    Raises:
        TranscriptError: The times are not finite or run backwards.
    """

    index: int
    start_s: float
    end_s: float
    text: str
    captured_at: float = 0.0
    decoded_at: float = 0.0
    first_text_at: float | None = None
    question: str = ""
    original: str = ""

    def __post_init__(self) -> None:
        if not (math.isfinite(self.start_s) and self.start_s >= 0):
            raise TranscriptError(f"a line cannot start at {self.start_s} s")
        if not (math.isfinite(self.end_s) and self.end_s >= self.start_s):
            raise TranscriptError(f"a line cannot run from {self.start_s} s to {self.end_s} s")
        object.__setattr__(self, "text", one_line(self.text))
        object.__setattr__(self, "question", one_line(self.question))
        object.__setattr__(self, "original", one_line(self.original))
        object.__setattr__(self, "start_s", round(self.start_s, 3))
        object.__setattr__(self, "end_s", round(self.end_s, 3))

    @property
    def is_silent(self) -> bool:
        """True where nothing was said."""
        return not self.text

    @property
    def latency_s(self) -> float:
        """From the newest frame to the finished line."""
        return self.decoded_at - self.captured_at

    @property
    def glass_to_caption_s(self) -> float | None:
        """From the newest frame to the first characters; None for a silent round."""
        return None if self.first_text_at is None else self.first_text_at - self.captured_at
