"""The chat client against a real server: good replies, nonsense, limits, failures, time-outs."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from pydantic import BaseModel

from engine.data import chat_client
from engine.data.chat_client import ChatClient, ChatConfig, ChatRequest, TokenUse, json_reply
from engine.errors import ConfigError, EndpointError, RefusedError, ReplyError
from tests.support.chat import Fails, Says, Silent

if TYPE_CHECKING:
    from tests.support.chat import Answer, ChatEndpoint

REQUEST = ChatRequest("Answer.", "Is it a goal?", label="minute 3")


def refuse_nonsense(reply: str) -> None:
    if reply != "Yes.":
        raise ReplyError(f"{reply!r} is no yes")


PICKY = ChatRequest("Answer.", "Is it a goal?", refuse_nonsense, "minute 3")


def client_of(endpoint: ChatEndpoint, **values: object) -> ChatClient:
    return ChatClient(ChatConfig(endpoint.url, "judge", **values))  # pyright: ignore[reportArgumentType]


def test_a_reply_comes_with_its_tokens(chat_endpoint: ChatEndpoint) -> None:
    with client_of(chat_endpoint) as client:
        reply = client.complete(REQUEST)
    assert (reply.text, reply.use) == ("Yes.", TokenUse(100, 10))
    (question,) = chat_endpoint.questions
    assert (question.model, question.system, question.user) == ("judge", "Answer.", "Is it a goal?")


def test_a_missing_library_is_told_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chat_client, "find_spec", lambda _: None)
    with pytest.raises(EndpointError, match=r'needs the openai package: run .*"\.\[train\]"'):
        ChatClient(ChatConfig("http://localhost:9/v1", "judge"))


def test_the_key_comes_from_the_variable_that_is_named(
    chat_endpoint: ChatEndpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "not-this-one")
    monkeypatch.setenv("JUDGE_KEY", "this-one")
    with client_of(chat_endpoint, key_variable="JUDGE_KEY") as client:
        client.complete(REQUEST)
    assert chat_endpoint.questions[0].authorization == "Bearer this-one"


@pytest.mark.parametrize("failure", [Fails(429), Fails(500), Fails(503), Silent()])
def test_passing_failures_are_retried(chat_endpoint: ChatEndpoint, failure: Answer) -> None:
    chat_endpoint.answer_in_turn(failure, Says("Yes."))
    with client_of(chat_endpoint, timeout_s=0.3) as client:
        assert client.complete(REQUEST).text == "Yes."
    assert len(chat_endpoint.questions) == 2


def test_retries_wait_longer_and_longer(chat_endpoint: ChatEndpoint) -> None:
    asked: list[float] = []

    def answer(_: object) -> Answer:
        asked.append(time.monotonic())
        return Fails(500, headers={}) if len(asked) < 3 else Says("Yes.")

    chat_endpoint.answer = answer
    with client_of(chat_endpoint) as client:
        client.complete(REQUEST)
    first_s, second_s = asked[1] - asked[0], asked[2] - asked[1]
    assert first_s > 0.3
    assert second_s > first_s


@pytest.mark.parametrize(
    ("failure", "advice"),
    [
        (Fails(401), "set the variable OPENAI_API_KEY"),
        (Fails(404), "does not know model 'judge'"),
        (Fails(429), "limits the rate after 1 retries"),
        (Fails(500), "status 500"),
        (Silent(), "is it up"),
    ],
)
def test_lasting_failures_say_what_to_do(
    chat_endpoint: ChatEndpoint, failure: Answer, advice: str
) -> None:
    chat_endpoint.answer_in_turn(failure)
    with (
        client_of(chat_endpoint, timeout_s=0.2, max_retries=1) as client,
        pytest.raises(EndpointError, match=advice),
    ):
        client.ask(REQUEST)


@pytest.mark.parametrize(
    ("refusal", "reason"),
    [
        (Fails(400, b'{"error": {"message": "maximum context length"}}'), "400 .*context length"),
        (Fails(413), "status 413"),
        (Fails(422), "status 422"),
        (Says("I", finish_reason="content_filter"), "content filter"),
        (Fails(200, b'{"choices": [{"message": {"refusal": "I cannot."}}]}'), "declined: I cannot"),
    ],
)
def test_a_question_that_is_refused_is_named_and_not_asked_again(
    chat_endpoint: ChatEndpoint, refusal: Answer, reason: str
) -> None:
    chat_endpoint.answer_in_turn(refusal)
    with (
        client_of(chat_endpoint) as client,
        pytest.raises(RefusedError, match=f"^minute 3: .*{reason}"),
    ):
        client.ask(REQUEST)
    assert len(chat_endpoint.questions) == 1


def test_nobody_at_the_address_is_an_error_of_the_endpoint(chat_endpoint: ChatEndpoint) -> None:
    config = ChatConfig("http://127.0.0.1:9/v1", "judge", max_retries=0)
    with ChatClient(config) as client, pytest.raises(EndpointError, match="is it up"):
        client.complete(REQUEST)
    assert not chat_endpoint.questions


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (Fails(200, b"<html>Welcome</html>"), "no chat completion"),
        (Fails(200, b'{"choices": []}'), "choices"),
        (Fails(200, b'{"choices": [{"message": {"content": null}}]}'), "empty"),
        (Fails(200, b'"\xff"'), "no chat completion"),
        (Says("  \n"), "empty"),
        (Says("Yes, it is a g", finish_reason="length"), "cut off"),
    ],
)
def test_nonsense_is_asked_again_and_then_named(
    chat_endpoint: ChatEndpoint, answer: Answer, fault: str
) -> None:
    chat_endpoint.answer_in_turn(answer)
    with (
        client_of(chat_endpoint, max_attempts=2) as client,
        pytest.raises(ReplyError, match=f"minute 3: no usable reply in 2 attempts .*{fault}"),
    ):
        client.ask(REQUEST)
    assert len(chat_endpoint.questions) == 2


def test_tokens_of_refused_replies_are_counted(chat_endpoint: ChatEndpoint) -> None:
    chat_endpoint.answer_in_turn(Says("Maybe?"), Says("Well."), Says("Yes."))
    with client_of(chat_endpoint) as client:
        reply = client.ask(PICKY)
    assert (reply.text, reply.use) == ("Yes.", TokenUse(300, 30))


class Verdict(BaseModel):
    goal: bool


@pytest.mark.parametrize(
    "text",
    [
        '{"goal": true}',
        ' {"goal": true}\n',
        '```json\n{"goal": true}\n```',
        '<think>\nLet me see: {"goal": false}?\n</think>\n\n```\n{"goal": true}\n```\n',
    ],
)
def test_an_object_is_read_out_of_its_usual_wrappings(text: str) -> None:
    assert json_reply(text, Verdict).goal


@pytest.mark.parametrize(
    "text",
    ["", "Yes.", 'It is: {"goal": true}', '{"goal": true} I think', '{"goal": "perhaps"}', "[]",
     '{"goal": true', '```json\n{"goal": true}'],
)  # fmt: skip
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ReplyError):
        json_reply(text, Verdict)


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"endpoint": "api.example.org"}, "endpoint"),
        ({"timeout_s": 0.0}, "timeout_s"),
        ({"max_retries": -1}, "max_retries"),
        ({"max_attempts": 0}, "max_attempts"),
    ],
)
def test_settings_out_of_range_are_refused(values: dict[str, object], name: str) -> None:
    with pytest.raises(ConfigError, match=name):
        ChatConfig(**{"endpoint": "http://127.0.0.1/v1", "model": "judge", **values})  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize(
    "endpoint", ["https://me:sk-secret@host/v1", "https://host/v1?api-key=sk-secret"]
)
def test_a_key_in_the_address_is_refused_and_not_repeated(endpoint: str) -> None:
    with pytest.raises(ConfigError, match="put the key into the variable MINE") as refused:
        ChatConfig(endpoint, "judge", "MINE")
    assert "sk-secret" not in str(refused.value)
