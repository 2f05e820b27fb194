"""Many questions to a model: several at once, each paid for once, resumable at any time."""

from __future__ import annotations

from concurrent.futures import ALL_COMPLETED, FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from engine.data.chat_client import TokenUse
from engine.errors import EndpointError, RefusedError, ReplyError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from engine.data.chat_client import ChatClient, ChatRequest
    from engine.data.journal import Journal


MOST_REFUSED_AT_FIRST = 10
"""Where so many are refused before any is answered, it is not what a single one of them says."""


@dataclass(slots=True)
class BatchResult:
    """How a batch went.

    Attributes:
        num_answered: Questions answered now.
        use: Tokens that these took.
        failures: Of questions whose replies all had the wrong form.
        refusals: Why the endpoint refused a question, by the question's key.
    """

    num_answered: int = 0
    use: TokenUse = field(default_factory=TokenUse)
    failures: list[ReplyError] = field(default_factory=list[ReplyError])
    refusals: dict[str, str] = field(default_factory=dict[str, str])

    def require_replies(self) -> None:
        """Make sure that no question is left whose reply had the wrong form.

        Raises:
            ReplyError: There are some.
        """
        if self.failures:
            asked = self.num_answered + len(self.failures) + len(self.refusals)
            raise ReplyError(
                f"{len(self.failures):,} of {asked:,} requests got no usable reply; "
                "the same command asks them again"
            )


def unanswered(
    requests: Iterable[ChatRequest], journal: Journal, model: str
) -> Iterator[ChatRequest]:
    """Yield the questions that the journal has no reply to, each once."""
    seen: set[str] = set()
    for request in requests:
        key = request.key(model)
        if key not in seen and key not in journal:
            seen.add(key)
            yield request


def run_batch(
    client: ChatClient,
    requests: Iterable[ChatRequest],
    journal: Journal,
    *,
    parallel: int = 4,
    some_known: bool = False,
    on_progress: Callable[[BatchResult], None] | None = None,
) -> BatchResult:
    """Ask what the journal does not know yet and record each reply as soon as it is there.

    Args:
        client: Whom to ask.
        requests: The questions, those already answered included.
        journal: Where the replies are.
        parallel: How many questions are under way at once.
        some_known: Whether the journal has replies to some of the questions, so that refusals of
            all others are no sign of a wrong key or setting.
        on_progress: Called in this thread after each question.

    Returns:
        The result; a question that got no good reply is among its failures or refusals.

    Raises:
        EndpointError: The endpoint fails, or has refused whatever it was asked; replies that were
            under way are recorded all the same.
    """
    model = client.config.model

    def ask(request: ChatRequest) -> TokenUse:
        reply = client.ask(request)
        journal.record(request.key(model), reply)
        return reply.use

    result = BatchResult()
    pending: dict[Future[TokenUse], str] = {}

    def gather(return_when: str) -> None:
        for future in wait(pending, return_when=return_when).done:
            _note(future, pending.pop(future), result)
            if on_progress is not None:
                on_progress(result)
            if not some_known:
                _require_willingness(result, MOST_REFUSED_AT_FIRST)

    with ThreadPoolExecutor(parallel, thread_name_prefix="chat") as pool:
        for request in unanswered(requests, journal, model):
            pending[pool.submit(ask, request)] = request.key(model)
            if len(pending) >= parallel:
                gather(FIRST_COMPLETED)
        gather(ALL_COMPLETED)
    if not some_known:
        _require_willingness(result, 1)
    return result


def _note(future: Future[TokenUse], key: str, result: BatchResult) -> None:
    try:
        result.use += future.result()
        result.num_answered += 1
    except RefusedError as error:
        result.refusals[key] = str(error)
    except ReplyError as error:
        result.failures.append(error)


def _require_willingness(result: BatchResult, most: int) -> None:
    """Stop where an endpoint refuses all alike: some answer a wrong key or setting with 400.

    Raises:
        EndpointError: It has refused `most` questions or more and replied to none.
    """
    if len(result.refusals) >= most and not (result.num_answered or result.failures):
        *_, newest = result.refusals.values()
        raise EndpointError(
            f"the endpoint has refused {len(result.refusals)} requests and answered none; check "
            f"key, model and settings ({newest})"
        )
