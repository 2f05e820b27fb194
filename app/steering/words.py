"""Words that are replaced or left out in what the model says."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.errors import SteeringError

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_WORD_CHARS = 100
MAX_RULES = 500

# Scripts that put no space between words: whole words cannot be told from their neighbours there.
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\U00020000-\U0003ffff]"
)


@dataclass(frozen=True, slots=True)
class WordRule:
    """A word or phrase, and what is said instead; an empty `instead` leaves it out.

    Runs of space count as one.

    Raises:
        SteeringError: The word is empty, or one of both is too long.
    """

    word: str
    instead: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "word", " ".join(self.word.split()))
        object.__setattr__(self, "instead", " ".join(self.instead.split()))
        if not self.word:
            raise SteeringError("Say which word is to be replaced; it is empty.")
        if max(len(self.word), len(self.instead)) > MAX_WORD_CHARS:
            raise SteeringError(
                f"A word and what replaces it may have {MAX_WORD_CHARS} characters each."
            )


def parse_rule(text: str) -> WordRule:
    """A rule as it is typed: `word=instead`, or `word` to leave it out.

    Raises:
        SteeringError: There is no word before the equals sign.
    """
    word, _, instead = text.partition("=")
    return WordRule(word, instead)


class WordFilter:
    """Applies rules to text: whole words in any case, and in the case that they stood in.

    Where several rules fit at one place the longest wins; of two for the same word, the first.
    """

    def __init__(self, rules: Iterable[WordRule]) -> None:
        by_word: dict[str, WordRule] = {}
        for rule in rules:
            by_word.setdefault(rule.word.lower(), rule)
        self._words = tuple(sorted(by_word, key=len, reverse=True))
        self._rules = tuple(by_word[word] for word in self._words)
        self._pattern = _pattern_of(rule.word for rule in self._rules)

    def apply(self, text: str) -> str:
        """`text` with every rule applied."""
        return text if self._pattern is None else self._pattern.sub(self._instead, text)

    def settled(self, text: str, start: int, *, is_whole: bool = False) -> tuple[str, int]:
        """What can be said of `text` from `start` on, whatever follows it.

        Args:
            text: All that arrived so far.
            start: Characters of it that were said before.
            is_whole: Nothing follows.

        Returns:
            That part with the rules applied, and where in `text` it ends.
        """
        if self._pattern is None:
            return text[start:], len(text)
        stop = len(text) if is_whole else self._undecided_from(text, start)
        said: list[str] = []
        while (found := self._pattern.search(text, start)) and found.start() < stop:
            said += [text[start : found.start()], self._instead(found)]
            start = found.end()
        stop = max(start, stop)
        return "".join([*said, text[start:stop]]), stop

    def _undecided_from(self, text: str, start: int) -> int:
        """Where the first word begins that may yet become one of the rules'."""
        longest = len(self._words[0])
        for place in range(max(start, len(text) - longest), len(text)):
            tail = text[place:].lower()
            if _begins_word(text, place) and any(word.startswith(tail) for word in self._words):
                return place
        return len(text)

    def _instead(self, found: re.Match[str]) -> str:
        said = found[0]
        assert found.lastindex is not None  # every alternative is a group
        rule = self._rules[found.lastindex - 1]
        if said == rule.word or not rule.instead:
            return rule.instead
        if said.isupper() and len(said) > 1:
            return rule.instead.upper()
        if said[0].isupper():
            return rule.instead[0].upper() + rule.instead[1:]
        return rule.instead


class LiveFilter:
    """Applies a filter to text that arrives in pieces, and holds back no more than it must."""

    def __init__(self, words: WordFilter) -> None:
        self._words = words
        self._text = ""
        self._said = 0  # characters of the text that are settled

    def push(self, piece: str) -> str:
        """What can be shown after `piece` arrived."""
        self._text += piece
        shown, self._said = self._words.settled(self._text, self._said)
        return shown

    def finish(self) -> str:
        """What was held back, now that nothing follows; the next text may begin."""
        rest, _ = self._words.settled(self._text, self._said, is_whole=True)
        self._text, self._said = "", 0
        return rest


def _pattern_of(words: Iterable[str]) -> re.Pattern[str] | None:
    alternatives = [
        rf"{_edge(word[0], before=True)}({_spaced(word)}){_edge(word[-1], before=False)}"
        for word in words
    ]
    return re.compile("|".join(alternatives), re.IGNORECASE) if alternatives else None


def _spaced(word: str) -> str:
    return r"\s+".join(map(re.escape, word.split()))


def _edge(char: str, *, before: bool) -> str:
    """What must hold at an edge of a word: no letter goes on there, where scripts have spaces."""
    if not _is_letter(char):
        return ""
    return r"(?<!\w)" if before else r"(?!\w)"


def _begins_word(text: str, place: int) -> bool:
    return not (place and _is_letter(text[place]) and _is_word_char(text[place - 1]))


def _is_letter(char: str) -> bool:
    return _is_word_char(char) and not _UNSPACED.match(char)


def _is_word_char(char: str) -> bool:
    return char.isalnum() or char == "_"
