"""Reading a reply strictly: what does not clearly give one answer gives none."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from engine.evaluation.questions.items import LETTERS

if TYPE_CHECKING:
    from engine.evaluation.questions.items import Question

_LEAD = r"(?:the (?:best |correct |right )?(?:answer|option|count|total) is|answer|option)?[:\s]*"
_LETTER = re.compile(_LEAD + r"\(?(?P<answer>[a-j])(?P<mark>\)|[.:,]|$)(?P<rest>.*)", re.I | re.S)
_YES_NO = re.compile(_LEAD + r"(?P<answer>yes|no)\b(?P<rest>.*)", re.I | re.S)
_COUNT = re.compile(_LEAD + r"(?P<answer>\d{1,6})(?: times?)?\s*\.?", re.I)
_OTHER_LETTER = re.compile(r"(?:^|[\s(])[A-J](?:[).:,]|\s*$)|\bor\b")
_OTHER_WORD = re.compile(r"\b(?:yes|no)\b", re.I)


def answer_of(reply: str, question: Question) -> str | None:
    """The answer that a reply gives, in the form of `Question.answer`; None where it gives none.

    A letter must stand alone at the beginning or carry its mark ("B", "(B)", "B. a goal"), a count
    must be all there is. A reply that names a second option, or says yes and no, is no answer.
    """
    text = reply.strip()
    match question.form:
        case "letter":
            return _letter(text, question)
        case "yes_no":
            found = _YES_NO.fullmatch(text)
            if found is None or _OTHER_WORD.search(found["rest"]):
                return None
            return found["answer"].lower()
        case "count":
            found = _COUNT.fullmatch(text)
            return None if found is None else str(int(found["answer"]))


def _letter(text: str, question: Question) -> str | None:
    found = _LETTER.fullmatch(text)
    if found is None:
        return None
    letter = found["answer"].upper()
    listed = f"{letter}. {found['rest'].strip()}"
    is_option = found["mark"] != "," and _plain(listed) in map(_plain, question.text.splitlines())
    if not is_option and _OTHER_LETTER.search(found["rest"]):
        return None
    return letter if letter in LETTERS[: question.num_options] else None


def _plain(line: str) -> str:
    """A line as it is compared: without a last full stop, in small letters."""
    return line.strip().removesuffix(".").casefold()
