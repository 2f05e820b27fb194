"""Replies are read strictly: what does not clearly give one answer gives none."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.evaluation.questions.answers import answer_of
from engine.evaluation.questions.items import LETTERS, Question
from engine.evaluation.questions.scores import Outcome, Tally, score

if TYPE_CHECKING:
    from engine.evaluation.questions.items import Form


def asked(form: Form, answer: str = "B", task: str = "ACR", group: str = "Realtime") -> Question:
    return Question("1", group, task, Path("a.mp4"), 0.0, 9.0, "What?", form, 4, answer)


@pytest.mark.parametrize(
    "reply",
    ["B", "b", " B ", "(B)", "B.", "B. a goal", "B) a goal", "The answer is B.", "Answer: B"],
)
def test_a_clear_letter_is_read(reply: str) -> None:
    assert answer_of(reply, asked("letter")) == "B"


@pytest.mark.parametrize(
    "reply",
    [
        *("", "...", "A goal was scored", "Because it is B", "A or B", "A. or B.", "A, B", "BE"),
        *("E", "E. a fifth", "B C", "Both", "I think A"),
    ],
)
def test_a_reply_without_one_clear_letter_is_none(reply: str) -> None:
    assert answer_of(reply, asked("letter")) is None


@pytest.mark.parametrize(
    ("reply", "answer"),
    [
        *(
            ("A. Group A, then B", "A"),
            ("(B) Red or blue", "B"),
            ("The answer is C. vitamin c.", "C"),
        ),
        *(
            ("B. Vitamin C", None),
            ("A. Group A or B", None),
            ("D, B", None),
            ("A. Red or blue", None),
        ),
    ],
)
def test_an_option_that_names_letters_is_read_where_it_is_repeated(
    reply: str, answer: str | None
) -> None:
    listed = "What?\nA. Group A, then B\nB. Red or blue\nC. Vitamin C\nD. B\nAnswer."
    assert answer_of(reply, replace(asked("letter"), text=listed)) == answer


@pytest.mark.parametrize(
    ("reply", "answer"),
    [
        *(("Yes", "yes"), ("no.", "no"), ("Yes, he does", "yes"), ("The answer is no", "no")),
        *(("Yes and no", None), ("Nothing", None), ("maybe", None), ("", None)),
    ],
)
def test_yes_and_no_are_read(reply: str, answer: str | None) -> None:
    assert answer_of(reply, asked("yes_no")) == answer


@pytest.mark.parametrize(
    ("reply", "answer"),
    [
        *(("0", "0"), ("10", "10"), ("12 times", "12"), ("03", "3"), ("The total is 4.", "4")),
        *(("1 or 2", None), ("1.5", None), ("-1", None), ("ten", None), ("2024-11", None)),
    ],
)
def test_counts_are_read_up_to_ten_and_beyond(reply: str, answer: str | None) -> None:
    assert answer_of(reply, asked("count")) == answer


@given(st.text(max_size=40))
def test_whatever_is_said_gives_an_option_or_nothing(reply: str) -> None:
    assert answer_of(reply, asked("letter")) in {None, *LETTERS[:4]}
    assert answer_of(reply, asked("yes_no")) in {None, "yes", "no"}
    count = answer_of(reply, asked("count"))
    assert count is None or count == str(int(count))


def test_a_group_is_the_mean_of_its_tasks_and_unclear_replies_count_apart() -> None:
    replies = [("ACR", "B"), ("ACR", "C"), ("ACR", "hm"), ("ACR", "B"), ("OCR", "B")]
    outcomes = [Outcome(asked("letter", task=task), reply) for task, reply in replies]
    outcomes.append(Outcome(asked("letter", task="OCR"), None, "the video breaks off"))
    found = score(outcomes)
    assert found.tasks["Realtime"]["ACR"] == Tally(right=2, wrong=1, unparsable=1)
    assert found.tasks["Realtime"]["OCR"] == Tally(right=1, failed=1)
    assert found.group_mean("Realtime") == (0.5 + 1.0) / 2
    assert found.total.accuracy == 3 / 5
    assert score([outcomes[-1]]).group_mean("Realtime") is None
