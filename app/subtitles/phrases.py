"""Cuts commentary that arrives in pieces into phrases that can each be read as a whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.subtitles.text import is_wide, joined, whole_characters

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Fits = Callable[[str], bool]

PATIENCE_S = 1.2  # an unfinished sentence may go on in the next round, which comes within a second

_SENTENCE_ENDS = ".!?…。！？؟।"  # noqa: RUF001 - full-width marks are meant
_CLAUSE_ENDS = ",;:–—、，；：،؛"  # noqa: RUF001
_CLOSING = "\"'”’»)]」』）"  # noqa: RUF001


@dataclass(frozen=True, slots=True)
class Phrase:
    """Text that is shown as a whole or not at all; `arrived_at` is when its last letter came."""

    text: str
    arrived_at: float


class PhraseCutter:
    """Gives phrases as soon as they are whole.

    A phrase ends with its sentence, or where more would not fit, or when nothing comes for a while.

    Args:
        fits: Says whether a text can be shown at once; must hold for every single letter.
    """

    def __init__(self, fits: Fits) -> None:
        self._fits = fits
        self._rest = ""
        self._came_at = 0.0
        self._is_line_open = False

    @property
    def due_at(self) -> float | None:
        """When the unfinished phrase becomes one if nothing comes; None without one."""
        return self._came_at + PATIENCE_S if self._rest else None

    def add(self, piece: str, now: float) -> Iterator[Phrase]:
        """Take the next characters of a line."""
        if self._is_line_open:
            self._rest = _spaced(self._rest + piece)
        else:
            self._rest = joined(self._rest, _spaced(piece))
        self._is_line_open = True
        self._came_at = now
        while (end := self._end_of_phrase()) is not None:
            yield from self._cut(end)

    def end_line(self) -> Iterator[Phrase]:
        """The line is complete; an unfinished sentence may still go on in the next one."""
        self._is_line_open = False
        if self._rest.rstrip().rstrip(_CLOSING).endswith(tuple(_SENTENCE_ENDS)):
            yield from self.finish()

    def finish(self) -> Iterator[Phrase]:
        """Nothing more comes: what is left is a phrase."""
        yield from self._cut(len(self._rest))

    def clear(self) -> None:
        """Forget what is unfinished."""
        self._rest = ""

    def _cut(self, end: int) -> Iterator[Phrase]:
        text, self._rest = self._rest[:end].strip(), self._rest[end:].lstrip()
        if text:
            yield Phrase(text, self._came_at)

    def _end_of_phrase(self) -> int | None:
        """Where the next whole phrase ends; None while there is none."""
        end = _end_of_sentence(self._rest)
        if self._fits(self._rest[:end].strip()):
            return end
        return self._end_of_what_fits(self._rest[:end])

    def _end_of_what_fits(self, text: str) -> int:
        """The best place to break a text that is too long."""
        breaks = [i for i in range(1, len(text)) if _may_break(text, i)]
        fitting = [i for i in breaks if self._fits(text[:i].strip())]
        if not fitting:
            return self._longest_prefix(text)
        clauses = [i for i in fitting if text[:i].rstrip()[-1:] in _CLAUSE_ENDS]
        worth_it = [i for i in clauses if i * 2 > fitting[-1]]  # a stub would only flash by
        return (worth_it or fitting)[-1]

    def _longest_prefix(self, text: str) -> int:
        """Cuts a single word that is longer than the page."""
        end = 1
        while end < len(text) and self._fits(text[: end + 1]):
            end += 1
        return whole_characters(text, end)


def _spaced(text: str) -> str:
    """`text` with each run of white space as one space; one at its end is kept."""
    return " ".join(text.split()) + (" " if text[-1:].isspace() else "")


def _end_of_sentence(text: str) -> int | None:
    """Just behind the first sentence that something follows; a point inside a number ends none."""
    for i, char in enumerate(text[:-1]):
        if char not in _SENTENCE_ENDS:
            continue
        end = i + 1
        while end < len(text) and text[end] in _SENTENCE_ENDS + _CLOSING:
            end += 1
        if end < len(text) and (text[end].isspace() or is_wide(char)):
            return end
    return None


def _may_break(text: str, index: int) -> bool:
    """True where a new line may begin at `index`."""
    before, after = text[index - 1], text[index]
    if before.isspace() or after.isspace():
        return True
    follows_mark = after in _SENTENCE_ENDS + _CLAUSE_ENDS + _CLOSING
    return (is_wide(before) or is_wide(after)) and not follows_mark
