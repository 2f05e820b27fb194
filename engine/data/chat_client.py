"""A small client of OpenAI-compatible chat endpoints, hosted or on one's own machine.

The `openai` library repeats requests that meet 408, 409, 429, 5xx, time-outs or lost connections,
with exponential back-off and the server's Retry-After. What is added here: errors that say what to
do, replies that are checked before they are believed, and repeated questions where a reply does not
have the form that was asked for.

The key is read from an environment variable or the system's keyring only, so that it appears in no
command line or file.
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from pydantic import BaseModel, Field, ValidationError

from engine.data.keys import find_key
from engine.errors import ConfigError, EndpointError, RefusedError, ReplyError
from engine.extras import how_to_install

if TYPE_CHECKING:
    from collections.abc import Callable

Model = TypeVar("Model", bound=BaseModel)

NO_KEY = "none"  # servers on one's own machine ask for no key, the library insists on sending one
ERROR_EXCERPT = 300
_REFUSALS = frozenset({400, 413, 422})
"""What one question is refused with: its content, its length. Another may be answered."""

_THINKING = re.compile(r"\A\s*<think>.*?</think>", re.DOTALL)
_FENCE = re.compile(r"\A```(?:json)?\s*\n(.*)\n```\Z", re.DOTALL)


@dataclass(frozen=True, slots=True)
class TokenUse:
    """Tokens that were sent and received."""

    prompt: int = 0
    completion: int = 0

    def __add__(self, other: TokenUse) -> TokenUse:
        return TokenUse(self.prompt + other.prompt, self.completion + other.completion)


def accept_any(_reply: str) -> None:
    """The check of a question to which every reply is good."""


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """One question to a model, which knows what a good reply is.

    Attributes:
        system: What the model is to do; empty where the user's message says it.
        user: What it is to do it with.
        check: Raises ReplyError for a reply that does not have the form asked for.
        label: What the question is about, for messages to people.
        expected_reply_tokens: Roughly how long the reply will be, for the estimate of the costs.
        images: JPEG files that follow the user's text, in order.
    """

    system: str
    user: str
    check: Callable[[str], object] = accept_any
    label: str = ""
    expected_reply_tokens: int = 0
    images: tuple[bytes, ...] = ()

    @property
    def name(self) -> str:
        """What the question is called in messages to people."""
        return self.label or "a question"

    def key(self, model: str) -> str:
        """Digest of the question and the model asked: the same question has the same key."""
        digest = hashlib.sha256("\0".join([model, self.system, self.user]).encode())
        for image in self.images:
            digest.update(hashlib.sha256(image).digest())
        return digest.hexdigest()

    def messages(self) -> Any:
        """As the endpoint wants them; an empty system message would not be the same as none."""
        system = [{"role": "system", "content": self.system}] if self.system else []
        return [*system, {"role": "user", "content": self._user_content()}]

    def _user_content(self) -> Any:
        """A text, or parts where there are images."""
        if not self.images:
            return self.user
        pictures = (base64.b64encode(image).decode() for image in self.images)
        return [
            {"type": "text", "text": self.user},
            *(
                {
                    "type": "image_url",
                    "image_url": {"url": f"data:image/jpeg;base64,{picture}", "detail": "low"},
                }
                for picture in pictures
            ),
        ]


@dataclass(frozen=True, slots=True)
class ChatReply:
    """What a model answered, and the tokens this took with all repeated attempts."""

    text: str
    use: TokenUse = TokenUse()


@dataclass(frozen=True, slots=True)
class ChatConfig:
    """Which model is asked where.

    Attributes:
        endpoint: Base address, such as http://127.0.0.1:8000/v1.
        model: Name of the model at that address.
        key_variable: Name of the key in the environment or the system's keyring; there need not be
            one where none is asked for.
        timeout_s: How long one request may take.
        max_retries: How often a request is repeated after 429, 5xx, time-outs, lost connections.
        max_attempts: How often a question is put where the reply has the wrong form.
        temperature, seed: Of sampling; None leaves them to the endpoint.

    Raises:
        ConfigError: A value is out of its range, or the address holds a secret.
    """

    endpoint: str
    model: str
    key_variable: str = "OPENAI_API_KEY"
    timeout_s: float = 120.0
    max_retries: int = 6
    max_attempts: int = 3
    temperature: float | None = None
    seed: int | None = None

    def __post_init__(self) -> None:
        self._check_endpoint()
        if not self.timeout_s > 0:
            raise ConfigError(f"timeout_s must be positive, it is {self.timeout_s}")
        if self.max_retries < 0:
            raise ConfigError(f"max_retries must be 0 or more, it is {self.max_retries}")
        if self.max_attempts < 1:
            raise ConfigError(f"max_attempts must be at least 1, it is {self.max_attempts}")

    def _check_endpoint(self) -> None:
        """Refuse what is no address, and secrets in one: reports name the endpoint."""
        if not self.endpoint.startswith(("http://", "https://")):
            raise ConfigError(f"the endpoint must begin with http:// or https://: {self.endpoint}")
        address = urlsplit(self.endpoint)
        if "@" in address.netloc or address.query:
            raise ConfigError(
                f"the endpoint must be an address without a password or key in it; put the key "
                f"into the variable {self.key_variable}"
            )


def require_client_library() -> None:
    """Make sure that language models can be asked.

    Raises:
        EndpointError: The client library is not installed.
    """
    if find_spec("openai") is None:
        raise EndpointError(
            f"asking a language model needs the openai package: {how_to_install('train')}"
        )


class ChatClient:
    """Asks one model; may be used from several threads at once.

    Use it as a context manager, or close it, so that its connections end.

    Raises:
        EndpointError: The client library is not installed.
    """

    def __init__(self, config: ChatConfig) -> None:
        require_client_library()
        import openai

        self.config = config
        self._api_error, self._omit = openai.APIError, openai.omit
        self._client = openai.OpenAI(
            api_key=find_key(config.key_variable) or NO_KEY,
            base_url=config.endpoint,
            timeout=config.timeout_s,
            max_retries=config.max_retries,
        )

    def __enter__(self) -> ChatClient:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def close(self) -> None:
        """End the connections."""
        self._client.close()

    def complete(self, request: ChatRequest) -> ChatReply:
        """Put a question once; the reply is complete and not blank.

        Raises:
            EndpointError: The endpoint cannot be reached, refuses to answer at all, or fails in
                spite of retries.
            RefusedError: It refuses this question, or its content filter cut the answer off.
            ReplyError: The answer is no chat completion, blank, or cut off.
        """
        temperature, seed = self.config.temperature, self.config.seed
        try:
            response = self._client.chat.completions.with_raw_response.create(
                model=self.config.model,
                messages=request.messages(),
                temperature=self._omit if temperature is None else temperature,
                seed=self._omit if seed is None else seed,
            )
        except self._api_error as error:
            raise self._explained(error) from error
        return _reply_from(response.content)

    def ask(self, request: ChatRequest) -> ChatReply:
        """Put a question until the reply passes its check, at most `max_attempts` times.

        Raises:
            EndpointError: As for `complete`.
            RefusedError: As for `complete`; names the question.
            ReplyError: No attempt gave a good reply; tells what was wrong with the last.
        """
        use = TokenUse()
        last_error = ReplyError("never asked")
        for _ in range(self.config.max_attempts):
            try:
                reply = self.complete(request)
                use += reply.use
                request.check(reply.text)
            except RefusedError as error:
                raise RefusedError(f"{request.name}: {error}") from error
            except ReplyError as error:
                last_error = error
            else:
                return ChatReply(reply.text, use)
        raise ReplyError(
            f"{request.name}: no usable reply in {self.config.max_attempts} attempts ({last_error})"
        ) from last_error

    def _explained(self, error: Exception) -> EndpointError | RefusedError:
        """What went wrong, in one sentence."""
        status: int | None = getattr(error, "status_code", None)
        detail = f"{error}"[:ERROR_EXCERPT]
        if status in _REFUSALS:
            return RefusedError(f"refused with status {status} ({detail})")
        return EndpointError(self._advice(status, detail))

    def _advice(self, status: int | None, detail: str) -> str:
        """What to do where no question is answered."""
        place, retries = self.config.endpoint, self.config.max_retries
        match status:
            case None:
                return f"{place} gave no answer, even after {retries} retries ({detail}): is it up?"
            case 401 | 403:
                variable = self.config.key_variable
                return f"{place} refused the key ({status}): set the variable {variable} to yours"
            case 404:
                return f"{place} does not know model {self.config.model!r} or the address: {detail}"
            case 429:
                return f"{place} still limits the rate after {retries} retries: wait, or ask fewer"
            case _:
                return f"{place} failed with status {status} ({detail})"


def without_thinking(text: str) -> str:
    """A reply without the block of thinking that it may begin with."""
    return _THINKING.sub("", text)


def json_reply(text: str, form: type[Model]) -> Model:
    """Read a reply that is to be one JSON object, and nothing else.

    A leading block of thinking and a Markdown fence around the whole object are common and taken
    off; any other text around it is an error.

    Raises:
        ReplyError: The reply is not such an object.
    """
    body = without_thinking(text).strip()
    fenced = _FENCE.match(body)
    try:
        return form.model_validate_json(fenced[1] if fenced else body)
    except ValidationError as error:
        raise ReplyError(f"{_first_fault(error)} in the reply {text!r:.80}") from error


class _Message(BaseModel):
    content: str | None = None
    refusal: str | None = None


class _Choice(BaseModel):
    message: _Message
    finish_reason: str | None = None


class _Usage(BaseModel):
    prompt_tokens: int = 0
    completion_tokens: int = 0


class _Completion(BaseModel):
    choices: list[_Choice] = Field(min_length=1)
    usage: _Usage | None = None


def _reply_from(body: bytes) -> ChatReply:
    """Only what is needed is checked: compatible servers leave many of the other fields out."""
    try:
        completion = _Completion.model_validate_json(body)
    except ValidationError as error:
        raise ReplyError(f"the answer is no chat completion: {_first_fault(error)}") from error
    choice = completion.choices[0]
    if choice.finish_reason == "content_filter":
        raise RefusedError("the endpoint's content filter cut the reply off")
    if choice.message.refusal:
        raise RefusedError(f"the model declined: {choice.message.refusal:.{ERROR_EXCERPT}}")
    if choice.finish_reason == "length":
        raise ReplyError("the reply was cut off at the endpoint's limit of tokens")
    if choice.message.content is None or not choice.message.content.strip():
        raise ReplyError("the reply is empty")
    usage = completion.usage or _Usage()
    return ChatReply(choice.message.content, TokenUse(usage.prompt_tokens, usage.completion_tokens))


def _first_fault(error: ValidationError) -> str:
    fault = error.errors(include_url=False)[0]
    place = ".".join(str(part) for part in fault["loc"])
    return f"{place}: {fault['msg']}" if place else fault["msg"]
