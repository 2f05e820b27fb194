"""Has pairs of commentaries judged: both orders of each, every reply kept and paid for once."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from engine.data.chat_client import ChatConfig, ChatRequest
from engine.data.costs import Prices
from engine.data.journal import Journal
from engine.data.model_commands import Questioner
from engine.errors import ConfigError
from engine.evaluation.journal import JUDGE_JOURNALS
from engine.evaluation.judge.prompts import PROMPTS
from engine.evaluation.judge.verdicts import read_verdict
from engine.evaluation.statistics import Outcome, Vote

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from engine.evaluation.judge.prompts import JudgePrompt
    from engine.evaluation.judge.verdicts import Verdict

REPLY_TOKENS = 10
_NOTHING_SAID = "(nothing was said)"


@dataclass(frozen=True, slots=True)
class JudgeSettings:
    """Who judges, and how.

    Attributes:
        chat: Model and endpoint.
        prompt: Name in `engine.evaluation.judge.prompts`.
        prices: For the estimate.
        parallel: Questions under way at once.
        confirmed: Begin without asking whether the costs are agreed to.

    Raises:
        ConfigError: There is no such prompt, or a number is out of its range.
    """

    chat: ChatConfig
    prompt: str = "own"
    prices: Prices = field(default_factory=Prices)
    parallel: int = 4
    confirmed: bool = False

    def __post_init__(self) -> None:
        if self.prompt not in PROMPTS:
            raise ConfigError(f"the judge's prompt must be one of {', '.join(PROMPTS)}")
        if self.parallel < 1:
            raise ConfigError(
                f"the judge must get at least 1 question at once, not {self.parallel}"
            )


@dataclass(frozen=True, slots=True)
class Pair:
    """Two candidates' words on one segment, and the reference.

    Attributes:
        video: The bootstrap draws videos.
        segment: Which stretch of it, for people.
        first, second: The candidates' words.
    """

    video: str
    segment: str
    first: str
    second: str
    reference: str


class OrderedVote(NamedTuple):
    """What the judge said to a pair in one order.

    Attributes:
        vote: As seen from the first candidate.
        swapped: The second candidate was shown as A.
        reply: The judge's words; None where no reply could be had.
        refusal: Why the endpoint refused to have it judged; None where it did not.
    """

    vote: Vote
    pair: Pair
    swapped: bool
    reply: str | None
    refusal: str | None = None


def judge_pairs(
    settings: JudgeSettings, pairs: Sequence[Pair], folder: Path, say: Callable[[str], None]
) -> list[OrderedVote] | None:
    """Judge every pair in both orders; None if the user does not agree to the costs.

    A question that got no usable reply is an unparsable vote, one that the endpoint refused a
    refused one; the same call asks both again.

    Raises:
        EndpointError: The endpoint fails; what was answered is kept in `folder`.
    """
    questioner = Questioner(
        settings.chat, settings.prices, settings.parallel, settings.confirmed, say
    )

    def requests(_report: object = None) -> Iterator[ChatRequest]:
        for pair in pairs:
            for swapped in (False, True):
                yield request_for(pair, PROMPTS[settings.prompt], swapped=swapped)

    with Journal(folder / journal_name(settings.chat)) as journal:
        answered = questioner.answer_all(requests, journal)
        if answered is None:
            return None
        if answered.failures:
            say(f"{len(answered.failures)} without a usable reply count as unparsable for now")
        if answered.refusals:
            say(f"{len(answered.refusals)} that were refused are counted apart")
        replies = {
            key: journal[key].text
            for request in requests()
            if (key := request.key(settings.chat.model)) in journal
        }
    return votes_of(settings, pairs, replies, answered.refusals)


def request_for(pair: Pair, prompt: JudgePrompt, *, swapped: bool) -> ChatRequest:
    """The question on a pair; any reply is taken, so that unclear ones are seen and counted."""
    texts = (pair.second, pair.first) if swapped else (pair.first, pair.second)
    a, b = (text.strip() or _NOTHING_SAID for text in texts)
    return ChatRequest(
        prompt.system,
        prompt.fill(a, b, pair.reference),
        label=f"{pair.video}, {pair.segment}{', swapped' if swapped else ''}",
        expected_reply_tokens=REPLY_TOKENS,
    )


def votes_of(
    settings: JudgeSettings,
    pairs: Sequence[Pair],
    replies: Mapping[str, str],
    refusals: Mapping[str, str],
) -> list[OrderedVote]:
    """The votes that replies and refusals, by the key of their question, amount to."""
    prompt = PROMPTS[settings.prompt]
    votes: list[OrderedVote] = []
    for pair in pairs:
        for swapped in (False, True):
            key = request_for(pair, prompt, swapped=swapped).key(settings.chat.model)
            reply, refusal = replies.get(key), refusals.get(key)
            verdict = "unparsable" if reply is None else read_verdict(reply, prompt)
            outcome = "refused" if refusal else outcome_of(verdict, swapped=swapped)
            extra = len(pair.first.split()) - len(pair.second.split())
            vote = Vote(pair.video, outcome, extra)
            votes.append(OrderedVote(vote, pair, swapped, reply, refusal))
    return votes


def outcome_of(verdict: Verdict, *, swapped: bool) -> Outcome:
    """What a verdict means for the first candidate."""
    if verdict in {"tie", "unparsable"}:
        return "tie" if verdict == "tie" else "unparsable"
    return "win" if (verdict == "a") != swapped else "loss"


def journal_name(chat: ChatConfig) -> str:
    """A file per judge: the same words from another place, temperature or seed are another."""
    judge = f"{chat.endpoint}\0{chat.model}\0{chat.temperature}\0{chat.seed}"
    return f"{JUDGE_JOURNALS}{hashlib.sha256(judge.encode()).hexdigest()[:12]}.jsonl"
