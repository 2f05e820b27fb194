"""Replacing words: whole ones, in their case, and the same in pieces as at once."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import SteeringError
from app.steering.words import LiveFilter, WordFilter, WordRule, parse_rule

RULES = (
    WordRule("cat", "dog"),
    WordRule("cat flap", "hatch"),
    WordRule("damn"),
    WordRule("c++", "C"),
    WordRule("NASA", "the agency"),
    WordRule("猫", "犬"),
)


def test_whole_words_are_replaced_and_their_case_is_kept() -> None:
    words = WordFilter(RULES)
    assert words.apply("A cat, the Cat, THE CAT; cats and concat.") == (
        "A dog, the Dog, THE DOG; cats and concat."
    )
    assert words.apply("NASA waits. Nasa waits.") == "the agency waits. The agency waits."


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the cat flap", "the hatch"),
        ("the Cat  flap", "the Hatch"),
        ("a damn cat", "a  dog"),
        ("in c++ and c+", "in C and c+"),
        ("黒猫が走る", "黒犬が走る"),
        ("cat_flap", "cat_flap"),
        ("\u017fcat", "\u017fcat"),
        ("", ""),
    ],
)
def test_phrases_signs_and_scripts_without_spaces(text: str, expected: str) -> None:
    assert WordFilter(RULES).apply(text) == expected


def test_letters_that_are_others_in_another_case_break_nothing() -> None:
    assert WordFilter([WordRule("sun", "moon")]).apply("the \u017fun") == "the moon"
    assert WordFilter([WordRule("kelvin", "degrees")]).apply("\u212aelvin") == "Degrees"


def test_of_two_rules_for_a_word_the_first_counts() -> None:
    assert WordFilter([WordRule("a", "b"), WordRule("A", "c")]).apply("a") == "b"


def test_no_rules_change_nothing() -> None:
    assert WordFilter(()).apply("any  text") == "any  text"
    assert LiveFilter(WordFilter(())).push("any ") == "any "


def test_only_what_is_undecided_is_held_back() -> None:
    live = LiveFilter(WordFilter(RULES))
    assert [live.push(piece) for piece in (" the c", "at", " f", "ed", " cat")] == [
        " the ",
        "",
        "",
        "dog fed",
        " ",
    ]
    assert live.finish() == "dog"
    assert live.finish() == ""


said = st.lists(
    st.sampled_from(["cat", " ", "flap", "c", "at", "+", "s", "DAMN", "da", "mn", "猫", ".", "f"]),
    max_size=14,
)


@given(said, st.sets(st.integers(0, 40)))
def test_pieces_give_what_the_whole_gives(said: list[str], cuts: set[int]) -> None:
    words = WordFilter(RULES)
    text = " ".join("".join(said).split())
    places = [0, *sorted(cut for cut in cuts if cut < len(text)), len(text)]
    live = LiveFilter(words)
    shown = [live.push(text[start:stop]) for start, stop in itertools.pairwise(places)]
    assert "".join([*shown, live.finish()]) == words.apply(text)


@given(st.text(max_size=30), st.lists(st.text(max_size=6), max_size=6))
def test_any_words_can_be_rules(text: str, words: list[str]) -> None:
    rules = [WordRule(word, "x") for word in words if word.split()]
    live = LiveFilter(WordFilter(rules))
    shown = "".join(live.push(char) for char in text) + live.finish()
    assert bool(shown.strip()) == bool(WordFilter(rules).apply(text).strip())


def test_rules_are_read_as_they_are_typed() -> None:
    assert parse_rule(" old  word = new ") == WordRule("old word", "new")
    assert parse_rule("gone") == parse_rule("gone=") == WordRule("gone")
    for text in ("", "=x", "x" * 101):
        with pytest.raises(SteeringError):
            parse_rule(text)
