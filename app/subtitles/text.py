"""Measures of text in any script."""

from __future__ import annotations

import unicodedata

_WIDE = {"W", "F"}
_INVISIBLE = {"Mn", "Me", "Cf", "Cc"}


def is_wide(char: str) -> bool:
    """True for Chinese, Japanese, Korean and whatever else takes the room of two letters."""
    return unicodedata.east_asian_width(char) in _WIDE


def columns(text: str) -> int:
    """The room of `text`, which is also the work to read it: 1 a letter, 2 where it is wide.

    Marks that are drawn over another letter take none.
    """
    return sum(0 if _is_invisible(char) else 1 + is_wide(char) for char in text)


def joined(first: str, second: str) -> str:
    """Both texts, with a space between them unless the script that meets there uses none."""
    first, second = first.rstrip(), second.lstrip()
    if not first or not second:
        return first + second
    space = "" if is_wide(first[-1]) or is_wide(second[0]) else " "
    return first + space + second


def whole_characters(text: str, end: int) -> int:
    """The nearest place at or before `end` (at least 1) that parts no letter from its marks."""
    while 1 < end < len(text) and (_is_invisible(text[end]) or text[end - 1] == "\u200d"):
        end -= 1
    return end


def _is_invisible(char: str) -> bool:
    return unicodedata.category(char) in _INVISIBLE
