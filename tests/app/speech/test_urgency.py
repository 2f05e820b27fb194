"""Which lines cut off what is spoken."""

from __future__ import annotations

import pytest

from app.speech.settings import SpeechSettings
from app.speech.urgency import is_urgent
from app.transcripts.line import TranscriptLine

ALL_OFF = SpeechSettings(urgent_words=(), urgent_exclamations=False, urgent_answers=False)


def line(text: str, question: str = "") -> TranscriptLine:
    return TranscriptLine(0, 0, 1, text, question=question)


@pytest.mark.parametrize(
    ("words", "text", "expected"),
    [
        (("goal",), "GOAL for the Falcons", True),
        (("goal",), "It is a goal.", True),
        (("goal",), "The goalkeeper has it.", False),
        (("goal",), "Own-goal!", True),
        (("red card",), "That must be a Red Card, surely", True),
        (("tor",), "Der Torwart hält.", False),
        (("进球",), "红队进球了", True),
        (("ゴール",), "赤のゴールだ", True),
        (("  ", ""), "Nothing at all", False),
        (("c++",), "written in C++, they say", True),
        ((), "Goal!", False),
    ],
)
def test_words_are_found_whole_in_any_case(
    words: tuple[str, ...], text: str, expected: bool
) -> None:
    settings = SpeechSettings(urgent_words=words, urgent_exclamations=False, urgent_answers=False)
    assert is_urgent(line(text), settings) is expected


@pytest.mark.parametrize("text", ["What a save!", "“What a save!”", "进球了！"])  # noqa: RUF001
def test_an_exclamation_is_urgent_if_wished(text: str) -> None:
    wished = SpeechSettings(urgent_words=(), urgent_exclamations=True)
    assert is_urgent(line(text), wished)
    assert not is_urgent(line("Wow! That was close."), wished)
    assert not is_urgent(line(text), ALL_OFF)


def test_an_answer_is_urgent_unless_unwished() -> None:
    assert is_urgent(line("The Sharks lead.", question="Who leads?"), SpeechSettings())
    assert not is_urgent(line("The Sharks lead.", question="Who leads?"), ALL_OFF)
