"""Many questions to a model: several at once, each paid for once, resumable at any time."""

from __future__ import annotations

from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from engine.data.chat_client import TokenUse
from engine.errors import ReplyError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from engine.data.chat_client import ChatClient, ChatRequest
    from engine.data.journal import Journal


@dataclass(slots=True)
class BatchResult:
    """How a batch went: questions answered now, tokens they took, and those without an answer."""

    num_answered: int = 0
    use: TokenUse = field(default_factory=TokenUse)
    failures: list[ReplyError] = field(default_factory=list[ReplyError])


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
    on_progress: Callable[[BatchResult], None] | None = None,
) -> BatchResult:
    """Ask what the journal does not know yet and record each reply as soon as it is there.

    Args:
        client: Whom to ask.
        requests: The questions, those already answered included.
        journal: Where the replies are.
        parallel: How many questions are under way at once.
        on_progress: Called in this thread after each question.

    Returns:
        The result; a question whose replies all have the wrong form is among its failures.

    Raises:
        EndpointError: The endpoint fails; replies that were under way are recorded all the same.
    """
    model = client.config.model

    def ask(request: ChatRequest) -> TokenUse:
        reply = client.ask(request)
        journal.record(request.key(model), reply)
        return reply.use

    result = BatchResult()
    pending: set[Future[TokenUse]] = set()
    with ThreadPoolExecutor(parallel, thread_name_prefix="chat") as pool:
        for request in unanswered(requests, journal, model):
            pending.add(pool.submit(ask, request))
            if len(pending) >= parallel:
                done, pending = wait(pending, return_when=FIRST_COMPLETED)
                _gather(done, result, on_progress)
        _gather(wait(pending).done, result, on_progress)
    return result


def _gather(
    done: set[Future[TokenUse]],
    result: BatchResult,
    on_progress: Callable[[BatchResult], None] | None,
) -> None:
    for future in done:
        try:
            result.use += future.result()
            result.num_answered += 1
        except ReplyError as error:
            result.failures.append(error)
        if on_progress is not None:
            on_progress(result)
