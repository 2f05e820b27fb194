"""The journal and the batches on it: nothing paid for is lost or paid for again."""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from engine.data.batch import run_batch
from engine.data.chat_client import ChatClient, ChatConfig, ChatReply, ChatRequest, TokenUse
from engine.data.journal import Journal
from engine.errors import DataError, EndpointError, ReplyError
from tests.support.chat import Fails, Says
from tests.support.waiting import wait_until

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.chat import Answer, ChatEndpoint, Question

REPLIES = {f"key {i}": ChatReply(f'täxt "{i}"\n{{}}', TokenUse(i, 2 * i)) for i in range(3)}


def write_journal(path: Path) -> bytes:
    with Journal(path) as journal:
        for key, reply in REPLIES.items():
            journal.record(key, reply)
    return path.read_bytes()


def test_replies_read_back_after_reopening(tmp_path: Path) -> None:
    write_journal(tmp_path / "j.jsonl")
    with Journal(tmp_path / "j.jsonl") as journal:
        assert {key: journal[key] for key in REPLIES} == REPLIES
        assert (len(journal), "key 3" in journal) == (3, False)


def test_a_write_cut_off_anywhere_loses_only_its_own_line(tmp_path: Path) -> None:
    content = write_journal(tmp_path / "whole.jsonl")
    cut = tmp_path / "cut.jsonl"
    for size in range(len(content) + 1):
        cut.write_bytes(content[:size])
        with Journal(cut) as journal:
            num_whole = content[:size].count(b"\n")
            assert len(journal) == num_whole
            journal.record("next", REPLIES["key 0"])
        with Journal(cut) as journal:
            assert len(journal) == num_whole + 1


def test_a_damaged_line_is_named(tmp_path: Path) -> None:
    path = tmp_path / "j.jsonl"
    lines = write_journal(path).splitlines(keepends=True)
    path.write_bytes(b"".join([lines[0], b'{"key": 5}\n', lines[2]]))
    with pytest.raises(DataError, match=r"j\.jsonl, line 2"):
        Journal(path)


def test_threads_may_record_at_once(tmp_path: Path) -> None:
    path = tmp_path / "j.jsonl"
    with Journal(path) as journal, ThreadPoolExecutor(8) as pool:
        for i in range(100):
            pool.submit(journal.record, f"key {i}", ChatReply("x" * 100))
    with Journal(path) as journal:
        assert len(journal) == 100


def test_a_journal_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=f"cannot use the journal {tmp_path}: Is a directory"):
        Journal(tmp_path)


def requests(count: int) -> list[ChatRequest]:
    return [ChatRequest("Double it.", f"{i}", label=f"number {i}") for i in range(count)]


def client_of(endpoint: ChatEndpoint) -> ChatClient:
    return ChatClient(ChatConfig(endpoint.url, "m", max_retries=0, max_attempts=2))


def double(question: Question) -> Answer:
    return Says(str(2 * int(question.user)))


def test_a_batch_asks_each_question_once_and_a_second_one_nothing(
    chat_endpoint: ChatEndpoint, tmp_path: Path
) -> None:
    chat_endpoint.answer = double
    with client_of(chat_endpoint) as client, Journal(tmp_path / "j.jsonl") as journal:
        first = run_batch(client, requests(9) + requests(9), journal, parallel=3)
        second = run_batch(client, requests(9), journal)
        replies = [journal[request.key("m")].text for request in requests(9)]
    assert replies == [str(2 * i) for i in range(9)]
    assert (first.num_answered, first.use) == (9, TokenUse(900, 90))
    assert (second.num_answered, second.use) == (0, TokenUse())
    assert Counter(question.user for question in chat_endpoint.questions) == Counter(
        str(i) for i in range(9)
    )


def test_another_model_is_asked_anew(chat_endpoint: ChatEndpoint, tmp_path: Path) -> None:
    (request,) = requests(1)
    with client_of(chat_endpoint) as client, Journal(tmp_path / "j.jsonl") as journal:
        run_batch(client, [request], journal)
        assert request.key("m") in journal
        assert request.key("another") not in journal


def test_several_questions_are_under_way_at_once(
    chat_endpoint: ChatEndpoint, tmp_path: Path
) -> None:
    together = threading.Barrier(3)  # breaks the answer unless three questions wait in it

    def answer(question: Question) -> Answer:
        together.wait(timeout=10)
        return double(question)

    chat_endpoint.answer = answer
    with client_of(chat_endpoint) as client, Journal(tmp_path / "j.jsonl") as journal:
        assert run_batch(client, requests(6), journal, parallel=3).num_answered == 6


def test_a_question_without_a_usable_reply_fails_alone(
    chat_endpoint: ChatEndpoint, tmp_path: Path
) -> None:
    def refuse_two(reply: str) -> None:
        if reply == "2":
            raise ReplyError("two is not wanted")

    chat_endpoint.answer = double
    picky = [ChatRequest(r.system, r.user, refuse_two, r.label) for r in requests(4)]
    with client_of(chat_endpoint) as client, Journal(tmp_path / "j.jsonl") as journal:
        result = run_batch(client, picky, journal)
        assert len(journal) == 3
    assert [str(error)[:8] for error in result.failures] == ["number 1"]


def test_a_question_that_is_refused_fails_alone(
    chat_endpoint: ChatEndpoint, tmp_path: Path
) -> None:
    chat_endpoint.answer = lambda asked: Fails(400) if asked.user == "1" else double(asked)
    asked = requests(4)
    with client_of(chat_endpoint) as client, Journal(tmp_path / "j.jsonl") as journal:
        result = run_batch(client, asked, journal)
        assert [request.key("m") in journal for request in asked] == [True, False, True, True]
    assert list(result.refusals) == [asked[1].key("m")]
    assert "number 1: refused with status 400" in result.refusals[asked[1].key("m")]
    assert (result.num_answered, result.failures) == (3, [])


def test_an_endpoint_that_refuses_everything_is_not_asked_everything(
    chat_endpoint: ChatEndpoint, tmp_path: Path
) -> None:
    """Some servers answer a wrong key or setting with 400, as they answer a bad question."""
    chat_endpoint.answer_in_turn(Fails(400, b'{"error": {"message": "API key not valid"}}'))
    with (
        client_of(chat_endpoint) as client,
        Journal(tmp_path / "j.jsonl") as journal,
        pytest.raises(EndpointError, match=r"refused 10 requests .*API key not valid"),
    ):
        run_batch(client, requests(100), journal, parallel=2)
    assert len(chat_endpoint.questions) < 15


def test_replies_to_other_questions_do_not_speak_for_an_endpoint_that_refuses_all(
    chat_endpoint: ChatEndpoint, tmp_path: Path
) -> None:
    chat_endpoint.answer = double
    others = [ChatRequest("Another task.", "1")]
    with client_of(chat_endpoint) as client, Journal(tmp_path / "j.jsonl") as journal:
        run_batch(client, others, journal)
        chat_endpoint.answer_in_turn(Fails(400))
        with pytest.raises(EndpointError, match="refused 3 requests and answered none"):
            run_batch(client, requests(3), journal)
        known = run_batch(client, others + requests(3), journal, some_known=True)
    assert len(known.refusals) == 3


def test_when_the_endpoint_fails_what_was_under_way_is_still_recorded(
    chat_endpoint: ChatEndpoint, tmp_path: Path
) -> None:
    failed = threading.Event()

    def answer(question: Question) -> Answer:
        if question.user == "0":
            wait_until(lambda: len(chat_endpoint.questions) == 2, "the second question")
            failed.set()
            return Fails(500)
        failed.wait(timeout=10)
        return double(question)

    chat_endpoint.answer = answer
    with client_of(chat_endpoint) as client, Journal(tmp_path / "j.jsonl") as journal:
        with pytest.raises(EndpointError, match="status 500"):
            run_batch(client, requests(9), journal, parallel=2)
        assert requests(2)[1].key("m") in journal
        assert len(chat_endpoint.questions) < 5  # it does not go on against a broken endpoint
