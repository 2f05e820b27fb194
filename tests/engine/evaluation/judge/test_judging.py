"""The judge against a real endpoint: both orders, strict replies, failures, going on."""

from __future__ import annotations

import re
from dataclasses import replace
from importlib.resources import files
from typing import TYPE_CHECKING

import keyring
import pytest
from keyring.backend import KeyringBackend

from engine.data.chat_client import ChatConfig
from engine.data.keys import find_key
from engine.errors import ConfigError, EndpointError
from engine.evaluation.judge.judging import JudgeSettings, Pair, judge_pairs
from engine.evaluation.judge.prompts import PROMPTS
from engine.evaluation.judge.verdicts import Verdict, read_verdict
from engine.evaluation.statistics import Tally, tally
from tests.support.chat import Fails, Says, Silent

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.chat import Answer, ChatEndpoint, Question

PAIRS = [
    Pair(
        f"game {game}", "1000-1100 s", f"good words {game}", f"bad words, many more {game}", "good"
    )
    for game in range(3)
]


def settings_of(endpoint: ChatEndpoint, prompt: str = "own", **values: float) -> JudgeSettings:
    chat = ChatConfig(endpoint.url, "judge", **values)  # pyright: ignore[reportArgumentType]
    return JudgeSettings(chat, prompt, confirmed=True)


def honest(question: Question) -> Answer:
    """The judge that finds the good words wherever they stand."""
    return Says("A" if question.user.index("good words") < question.user.index("bad") else "B")


def votes(settings: JudgeSettings, folder: Path, said: list[str] | None = None) -> Tally:
    judged = judge_pairs(settings, PAIRS, folder, ([] if said is None else said).append)
    assert judged is not None
    return tally(item.vote for item in judged)


def test_both_orders_are_asked_and_the_better_text_wins_each(
    chat_endpoint: ChatEndpoint, tmp_path: Path
) -> None:
    chat_endpoint.answer = honest
    assert votes(settings_of(chat_endpoint), tmp_path) == Tally(wins=6)
    assert len(chat_endpoint.questions) == 6
    assert {question.system for question in chat_endpoint.questions} == {PROMPTS["own"].system}


@pytest.mark.parametrize("prompt", PROMPTS)
def test_every_prompt_is_asked_as_it_is_published(
    chat_endpoint: ChatEndpoint, tmp_path: Path, prompt: str
) -> None:
    published = PROMPTS[prompt]
    chat_endpoint.answer_in_turn(Says(published.answer_a))
    settings = settings_of(chat_endpoint, prompt)
    judged = judge_pairs(settings, PAIRS, tmp_path, [].append)
    assert judged is not None
    assert [item.vote.outcome for item in judged] == ["win", "loss"] * 3
    asked = chat_endpoint.questions[0]
    assert asked.system == (published.system or None)


def test_the_published_judge_of_the_paper_sees_the_reference_first() -> None:
    told = PROMPTS["paper"].fill("first", "second", "what people said")
    assert told.index("what people said") < told.index("first") < told.index("second")
    assert PROMPTS["paper"].system.startswith("You are a strict A/B evaluator")


def test_words_of_others_are_attributed() -> None:
    notice = (files("assets") / "THIRD_PARTY.md").read_text(encoding="utf-8")
    sources = re.findall(r"arXiv:\d+\.\d+", " ".join(rules.about for rules in PROMPTS.values()))
    assert len(sources) == len(PROMPTS) - 1  # all but the project's own
    assert all(source in notice for source in sources)
    assert "MIT licence" in PROMPTS["paper"].about


def test_another_seed_or_temperature_is_another_judge(
    chat_endpoint: ChatEndpoint, tmp_path: Path
) -> None:
    chat_endpoint.answer = honest
    votes(settings_of(chat_endpoint, seed=1), tmp_path)
    votes(settings_of(chat_endpoint, seed=1), tmp_path)
    assert len(chat_endpoint.questions) == 6
    votes(settings_of(chat_endpoint, seed=2), tmp_path)
    votes(settings_of(chat_endpoint, seed=2, temperature=0), tmp_path)
    assert len(chat_endpoint.questions) == 18


def test_a_judge_that_always_says_a_favours_nobody(
    chat_endpoint: ChatEndpoint, tmp_path: Path
) -> None:
    chat_endpoint.answer_in_turn(Says("A"))
    assert votes(settings_of(chat_endpoint), tmp_path) == Tally(wins=3, losses=3)


@pytest.mark.parametrize("reply", ["Yes.", "Both", "A or B", "A is worse than B", "Commentary B"])
def test_nonsense_is_for_nobody(chat_endpoint: ChatEndpoint, tmp_path: Path, reply: str) -> None:
    chat_endpoint.answer_in_turn(Says(reply))
    assert votes(settings_of(chat_endpoint), tmp_path) == Tally(unparsable=6)


def test_ties_are_for_nobody(chat_endpoint: ChatEndpoint, tmp_path: Path) -> None:
    chat_endpoint.answer_in_turn(Says("TIE"))
    assert votes(settings_of(chat_endpoint), tmp_path) == Tally(ties=6)


@pytest.mark.parametrize("failure", [Fails(429), Fails(500), Silent()])
def test_passing_failures_cost_no_vote(
    chat_endpoint: ChatEndpoint, tmp_path: Path, failure: Answer
) -> None:
    failures = [failure, failure]
    chat_endpoint.answer = lambda question: failures.pop() if failures else honest(question)
    assert votes(settings_of(chat_endpoint, timeout_s=0.5), tmp_path) == Tally(wins=6)


def test_replies_without_words_count_as_unparsable_until_they_are_asked_again(
    chat_endpoint: ChatEndpoint, tmp_path: Path
) -> None:
    said: list[str] = []
    chat_endpoint.answer_in_turn(Says(""))
    settings = settings_of(chat_endpoint, max_attempts=1)
    assert votes(settings, tmp_path, said) == Tally(unparsable=6)
    assert any("count as unparsable" in line for line in said)
    chat_endpoint.answer = honest
    assert votes(settings, tmp_path) == Tally(wins=6)


@pytest.mark.parametrize("status", [400, 413, 422])
def test_a_question_that_is_refused_is_counted_apart_until_it_is_answered(
    chat_endpoint: ChatEndpoint, tmp_path: Path, status: int
) -> None:
    filtered = Fails(status, b'{"error": {"message": "content filter"}}')
    chat_endpoint.answer = lambda asked: filtered if "words 1" in asked.user else honest(asked)
    settings = settings_of(chat_endpoint)
    judged = judge_pairs(settings, PAIRS, tmp_path, [].append)
    assert judged is not None
    assert tally(item.vote for item in judged) == Tally(wins=4, refused=2)
    (reason, swapped) = [item.refusal for item in judged if item.refusal]
    assert reason.startswith(f"game 1, 1000-1100 s: refused with status {status}")
    assert swapped.startswith("game 1, 1000-1100 s, swapped: ")
    asked = len(chat_endpoint.questions)
    chat_endpoint.answer = honest
    assert votes(settings, tmp_path) == Tally(wins=6)
    assert len(chat_endpoint.questions) == asked + 2


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_wrong_key_or_model_stops_at_once(
    chat_endpoint: ChatEndpoint, tmp_path: Path, status: int
) -> None:
    chat_endpoint.answer_in_turn(Fails(status))
    settings = replace(settings_of(chat_endpoint), parallel=1)
    with pytest.raises(EndpointError, match=r"refused the key|does not know model"):
        judge_pairs(settings, PAIRS, tmp_path, [].append)
    assert len(chat_endpoint.questions) <= 2


def test_what_was_answered_before_a_failure_is_not_paid_for_again(
    chat_endpoint: ChatEndpoint, tmp_path: Path
) -> None:
    good = [True, True, True]
    chat_endpoint.answer = lambda question: honest(question) if good and good.pop() else Fails(401)
    with pytest.raises(EndpointError, match="refused the key"):
        votes(settings_of(chat_endpoint), tmp_path)
    asked = len(chat_endpoint.questions)
    chat_endpoint.answer = honest
    assert votes(settings_of(chat_endpoint), tmp_path) == Tally(wins=6)
    assert len(chat_endpoint.questions) == asked + 3


def test_nothing_is_sent_before_the_user_agrees(
    chat_endpoint: ChatEndpoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = JudgeSettings(ChatConfig(chat_endpoint.url, "judge"))
    monkeypatch.setattr("builtins.input", lambda _: "n")
    said: list[str] = []
    assert judge_pairs(settings, PAIRS, tmp_path, said.append) is None
    assert not chat_endpoint.questions
    assert said[0].startswith("6 requests to judge (0 answered before); estimate: ")


@pytest.mark.parametrize(
    ("prompt", "reply", "verdict"),
    [
        ("own", "A", "a"),
        ("own", "**b**.", "b"),
        ("own", "<think>A or B? A.</think>\n\nTie", "tie"),
        ("own", "A.\nB.", "unparsable"),
        ("paper", "“A”", "a"),
        ("paper", "TIE", "unparsable"),
        ("paper", '"B"', "b"),
        ("livecc", "Commentary A is better aligned with the human commentary.", "a"),
        ("livecc", "Commentary B is better aligned with the human commentary", "b"),
        ("livecc", "A", "unparsable"),
        ("livecc", "Commentary A", "unparsable"),
    ],
)
def test_replies_are_read_strictly(prompt: str, reply: str, verdict: Verdict) -> None:
    assert read_verdict(reply, PROMPTS[prompt]) == verdict


def test_braces_in_a_commentary_are_text() -> None:
    assert "{b}" in PROMPTS["own"].fill("{b}", "two", "three")


def test_an_unknown_prompt_is_refused(chat_endpoint: ChatEndpoint) -> None:
    with pytest.raises(ConfigError, match="own"):
        settings_of(chat_endpoint, "hers")


def test_the_keyring_is_asked_where_the_environment_has_no_key(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Ring(KeyringBackend):
        """A keyring with one key in it."""

        priority = 1

        def set_password(self, service: str, username: str, password: str) -> None:
            raise AssertionError((service, username, password))

        def get_password(self, service: str, username: str) -> str | None:
            return {("kibitz", "JUDGE_KEY"): "from the ring"}.get((service, username))

    before = keyring.get_keyring()
    keyring.set_keyring(Ring())
    try:
        assert find_key("JUDGE_KEY") == "from the ring"
        assert find_key("OTHER_KEY") is None
        monkeypatch.setenv("JUDGE_KEY", "from the environment")
        assert find_key("JUDGE_KEY") == "from the environment"
    finally:
        keyring.set_keyring(before)
