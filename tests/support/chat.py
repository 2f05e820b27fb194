"""A language model's endpoint on the loopback device that answers as a test says."""

from __future__ import annotations

import base64
import json
import re
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping


@dataclass(frozen=True, slots=True)
class Question:
    """What a client sent.

    Attributes:
        system: None where there was no such message.
        images: The files of the pictures behind the text, in order.
    """

    model: str
    system: str | None
    user: str
    authorization: str | None
    images: tuple[bytes, ...] = ()
    temperature: float | None = None
    seed: int | None = None

    def sentences(self) -> list[str]:
        """The numbered lines of the user's message, without their numbers."""
        return re.findall(r"^\d+\. (.*)$", self.user, flags=re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Says:
    """A good chat completion."""

    text: str
    finish_reason: str = "stop"
    prompt_tokens: int = 100
    completion_tokens: int = 10


@dataclass(frozen=True, slots=True)
class Fails:
    """Any other answer: a status, a body that is no completion."""

    status: int
    body: bytes = b'{"error": {"message": "no"}}'
    headers: Mapping[str, str] = field(default_factory=lambda: {"retry-after-ms": "5"})


@dataclass(frozen=True, slots=True)
class Silent:
    """No answer until the server stops."""


Answer = Says | Fails | Silent


@dataclass(slots=True)
class ChatEndpoint:
    """The endpoint; `answer` decides what is said to each question.

    Attributes:
        url: Base address for clients.
        answer: Called in the server's threads.
        questions: All questions so far, in the order in which they came.
    """

    url: str
    answer: Callable[[Question], Answer] = lambda _: Says("Yes.")
    questions: list[Question] = field(default_factory=list[Question])
    stopping: threading.Event = field(default_factory=threading.Event)

    def answer_in_turn(self, *answers: Answer) -> None:
        """Give these answers one after the other, the last of them for ever."""
        waiting = list(answers)
        self.answer = lambda _: waiting.pop(0) if len(waiting) > 1 else waiting[0]


class _Server(ThreadingHTTPServer):
    daemon_threads = False  # closing the server waits for its requests

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.endpoint = ChatEndpoint(f"http://127.0.0.1:{self.server_port}/v1")


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        messages = {message["role"]: message["content"] for message in body["messages"]}
        content = messages["user"]
        parts = [{"text": content}] if isinstance(content, str) else content
        text, *pictures = parts
        question = Question(
            body["model"],
            messages.get("system"),
            text["text"],
            self.headers["Authorization"],
            tuple(_file_of(part["image_url"]["url"]) for part in pictures),
            body.get("temperature"),
            body.get("seed"),
        )
        endpoint = self.server.endpoint
        endpoint.questions.append(question)
        try:
            self._send(endpoint.answer(question))
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True  # the client was killed or gave up

    def _send(self, answer: Answer) -> None:
        match answer:
            case Silent():
                self.server.endpoint.stopping.wait()
                self.close_connection = True
            case Fails():
                self._send_body(answer.status, answer.body, answer.headers)
            case Says():
                message = {"role": "assistant", "content": answer.text}
                choice = {"index": 0, "message": message, "finish_reason": answer.finish_reason}
                usage = {
                    "prompt_tokens": answer.prompt_tokens,
                    "completion_tokens": answer.completion_tokens,
                }
                body = json.dumps({"choices": [choice], "usage": usage}).encode()
                self._send_body(200, body, {})

    def _send_body(self, status: int, body: bytes, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: requests are not part of a test's report."""


def _file_of(data_url: str) -> bytes:
    """The file that a data URL holds; anything else fails the request."""
    head, _, content = data_url.partition(",")
    if head != "data:image/jpeg;base64":
        raise ValueError(f"a picture came as {head!r}")
    return base64.b64decode(content, validate=True)


@pytest.fixture
def chat_endpoint() -> Iterator[ChatEndpoint]:
    """An OpenAI-compatible endpoint; to every question it says "Yes." until told otherwise."""
    with _Server() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), name="chat-endpoint")
        thread.start()
        try:
            yield server.endpoint
        finally:
            server.endpoint.stopping.set()
            server.shutdown()
            thread.join()
