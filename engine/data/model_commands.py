"""The subcommands of `kibitz data` that ask a language model: clean and anneal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.data.annealing import AnnealingOptions, candidates, judging_request, select
from engine.data.batch import BatchResult, run_batch, unanswered
from engine.data.chat_client import ChatClient, ChatConfig
from engine.data.checking import Summary
from engine.data.cleaning import CleaningCounts, clean_stream, cleaning_request, pieces_of
from engine.data.clips import check_inside
from engine.data.commands import check_output, counted, on_malformed
from engine.data.costs import Prices, estimate
from engine.data.journal import Journal
from engine.data.samples import read_samples, write_samples
from engine.errors import ConfigError, DataError
from engine.progress import Progress

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Container, Iterator

    from engine.data.chat_client import ChatRequest
    from engine.data.commands import Say
    from engine.data.samples import Sample


def clean(args: argparse.Namespace, say: Say) -> int:
    """`kibitz data clean`."""
    check_output(args.out, args.input)
    questioner = Questioner.of(args, say)

    def requests(report: Say | None) -> Iterator[ChatRequest]:
        for stream in _streams(args, report):
            yield from map(cleaning_request, pieces_of(stream, args.piece_s))

    with Journal(args.out.with_name(f"{args.out.name}.journal.jsonl")) as journal:
        answered = questioner.answer_all(requests, journal)
        if answered is None:
            return 1
        answered.require_replies()
        reply_to = questioner.replies_of(journal, answered.refusals)
        counts = CleaningCounts()

        def cleaned() -> Iterator[Sample]:
            nonlocal counts
            for stream in _streams(args):
                result, counted_here = clean_stream(stream, reply_to, args.piece_s)
                counts += counted_here
                yield result

        write_samples(args.out, cleaned())
    say(f"{args.out}: {counts.describe()}")
    return 0


def anneal(args: argparse.Namespace, say: Say) -> int:
    """`kibitz data anneal`."""
    check_output(args.out, args.input)
    options = AnnealingOptions(
        args.min_s,
        args.max_s,
        args.max_silence_s,
        args.min_words_per_s,
        args.min_live_share,
        args.previous_words,
    )
    if args.no_judge:
        _write_selected(args, say, _candidates(args, options, say))
        return 0
    questioner = Questioner.of(args, say)
    with Journal(args.out.with_name(f"{args.out.name}.journal.jsonl")) as journal:
        answered = questioner.answer_all(
            lambda report: map(judging_request, _candidates(args, options, report)), journal
        )
        if answered is None:
            return 1
        answered.require_replies()
        reply_to = questioner.replies_of(journal, answered.refusals)
        selected = select(_candidates(args, options), reply_to, options.min_live_share)
        _write_selected(args, say, selected)
    return 0


def _candidates(
    args: argparse.Namespace, options: AnnealingOptions, report: Say | None = None
) -> Iterator[Sample]:
    for stream in _streams(args, report, check_inside):
        yield from candidates(stream, options)


def _streams(
    args: argparse.Namespace,
    report: Say | None = None,
    check: Callable[[Sample], None] | None = None,
) -> Iterator[Sample]:
    """The input; it is read anew in each pass, and what is malformed is reported in one of them."""
    return read_samples(
        args.input,
        on_malformed(args),
        None if report is None else lambda error: report(f"{error}"),
        check,
    )


def _write_selected(args: argparse.Namespace, say: Say, samples: Iterator[Sample]) -> None:
    summary = Summary()
    write_samples(args.out, counted(samples, summary))
    say(f"{args.out}: {summary.describe()}")


@dataclass(frozen=True, slots=True)
class Questioner:
    """Puts all questions of a command, once the user agrees to their costs."""

    config: ChatConfig
    prices: Prices
    parallel: int
    confirmed: bool
    say: Say

    @classmethod
    def of(cls, args: argparse.Namespace, say: Say) -> Questioner:
        """What the command line says.

        Raises:
            ConfigError: A value is missing or out of its range.
        """
        if not args.endpoint or not args.model:
            raise ConfigError("give --endpoint and --model, or --no-judge to go without")
        if args.parallel < 1:
            raise ConfigError(f"--parallel must be at least 1, it is {args.parallel}")
        config = ChatConfig(
            args.endpoint,
            args.model,
            args.key_variable,
            timeout_s=args.timeout_s,
            max_retries=args.retries,
            temperature=args.temperature,
        )
        return cls(config, Prices(args.price_in, args.price_out), args.parallel, args.yes, say)

    def answer_all(
        self, requests: Callable[[Say | None], Iterator[ChatRequest]], journal: Journal
    ) -> BatchResult | None:
        """Have a reply to every question in the journal; None if the user does not agree.

        Args:
            requests: Gives the questions anew at each call and reports malformed input.
            journal: Replies that are there already are not asked for again.

        Raises:
            EndpointError: The endpoint fails; what was answered is in the journal.
        """
        waiting = unanswered(requests(self.say), journal, self.config.model)
        num_waiting, expected = estimate(waiting)
        if not num_waiting:
            return BatchResult()
        self.say(
            f"{num_waiting:,} requests to {self.config.model} ({len(journal):,} answered before); "
            f"estimate: {self.prices.describe(expected)}"
        )
        if not (self.confirmed or user_agrees()):
            self.say("nothing was sent; --yes starts without asking")
            return None
        return self._ask(requests, num_waiting, journal)

    def replies_of(
        self, journal: Journal, refused: Container[str]
    ) -> Callable[[ChatRequest], str | None]:
        """Look replies up in a journal; a question whose key is among the refused ones has none."""

        def reply_to(request: ChatRequest) -> str | None:
            key = request.key(self.config.model)
            if key in refused:
                return None
            if key not in journal:
                raise DataError(f"{request.label}: the input changed meanwhile; run it again")
            return journal[key].text

        return reply_to

    def _ask(
        self,
        requests: Callable[[Say | None], Iterator[ChatRequest]],
        num_waiting: int,
        journal: Journal,
    ) -> BatchResult:
        some_known = any(request.key(self.config.model) in journal for request in requests(None))
        progress = Progress(num_waiting, unit="requests")

        def show_progress(_result: BatchResult) -> None:
            progress.advance(self.config.model)

        try:
            with ChatClient(self.config) as client:
                result = run_batch(
                    client,
                    requests(None),
                    journal,
                    parallel=self.parallel,
                    some_known=some_known,
                    on_progress=show_progress,
                )
        finally:
            progress.close()
        self.say(f"for these replies: {self.prices.describe(result.use)}")
        for sentence in (*map(str, result.failures), *result.refusals.values()):
            self.say(sentence)
        return result


def user_agrees() -> bool:
    """Ask on the terminal; without one the answer is no."""
    try:
        return input("Start? [y/N] ").strip().lower() in {"y", "yes"}
    except EOFError:
        return False
