from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.subtitles.phrases import PhraseCutter
from app.subtitles.text import columns, joined


def phrases(text: str, room: int = 30, pieces: int = 1) -> list[str]:
    """What a cutter makes of `text`, which comes as one line in pieces of so many letters."""
    cutter = PhraseCutter(lambda part: columns(part) <= room)
    step = max(1, len(text) // pieces)
    found = [p for i in range(0, len(text), step) for p in cutter.add(text[i : i + step], 0.0)]
    found += [*cutter.end_line(), *cutter.finish()]
    return [phrase.text for phrase in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Goal! It is 2.5 seconds. On", ["Goal!", "It is 2.5 seconds.", "On"]),
        ("“Goal!” he says... and waits.", ["“Goal!”", "he says...", "and waits."]),
        ("进球了！精彩。", ["进球了！", "精彩。"]),  # noqa: RUF001 - full-width marks are meant
        ("سجل الهدف. هل رأيت؟ نعم", ["سجل الهدف.", "هل رأيت؟", "نعم"]),
        (
            "Falcons go down the left, and nobody in blue is near them",
            ["Falcons go down the left,", "and nobody in blue is near", "them"],
        ),
        ("a" * 70, ["a" * 30, "a" * 30, "a" * 10]),
        ("球" * 20, ["球" * 15, "球" * 5]),
    ],
)
def test_text_is_cut_where_a_reader_would_pause(text: str, expected: list[str]) -> None:
    assert phrases(text) == expected
    assert phrases(text, pieces=len(text)) == expected


@given(st.text(max_size=120), st.integers(2, 40), st.integers(1, 20))
def test_nothing_is_lost_and_every_phrase_fits(text: str, room: int, pieces: int) -> None:
    found = phrases(text, room, pieces)
    assert "".join("".join(found).split()) == "".join(text.split())
    assert all(columns(phrase) <= room for phrase in found)


def test_letters_keep_their_marks() -> None:
    word = unicodedata.normalize("NFD", "é" * 50)
    found = phrases(word, room=7)
    assert len(found) == 8
    assert not any(unicodedata.combining(phrase[0]) for phrase in found)


def test_scripts_without_spaces_are_joined_without_them() -> None:
    assert joined("进球", "了") == "进球了"
    assert joined("Goal! ", " Again") == "Goal! Again"
    assert joined("", " x") == "x"
