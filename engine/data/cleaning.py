"""Transcript cleaning: a language model keeps, edits or deletes each sentence of a piece.

A piece is what begins within 120 s. A kept sentence keeps its words' times; the duration of an
edited one is spread evenly over its new words; a deleted one leaves silence. The model is given the
introduction of the stream (teams, players) and answers by sentence numbers, so that every sentence
has exactly one decision and none can be lost.

Source: StreamingVLM (arXiv:2510.09608), data. In the paper 46.32 % of the sentences were kept,
37.89 % edited and 15.79 % deleted.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel

from engine.data.chat_client import ChatRequest, json_reply
from engine.data.costs import estimate_tokens
from engine.data.sentences import Sentence, numbered, piece_index, split_sentences, spread_evenly
from engine.errors import ConfigError, ReplyError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from engine.data.samples import Sample, Word

INTRODUCTION_CHARACTERS = 2000  # of a stream's introduction, given to the model as context
DECISION_TOKENS = 13  # of a reply, per sentence: {"id": 7, "action": "keep"}
EDITED_SHARE = 0.38

SYSTEM_PROMPT = """\
You clean the automatic transcript of a video so that it can train a live commentator who sees only
the picture. You get numbered sentences in the order in which they were spoken. Decide for each:

- keep: live commentary that needs no change.
- edit: live commentary with recognition errors, misspelt names, wrong words, broken grammar,
  stutters or half sentences. Give the corrected sentence. Change as little as possible, keep its
  meaning and about its length, add no facts, and write plain words without notes or brackets.
- delete: anything else, such as advertising, programme announcements, interviews, chat about other
  matters, text that makes no sense, or words that recognition invented in noise or music.

Answer with one JSON object and nothing else. List every sentence once, in order:
{"sentences": [{"id": 1, "action": "keep"}, {"id": 2, "action": "edit", "text": "..."}, \
{"id": 3, "action": "delete"}]}"""


@dataclass(frozen=True, slots=True)
class Piece:
    """Sentences of a stream that are judged together.

    Attributes:
        stream: The whole stream.
        index: Number of the piece in its stream, from 0.
        piece_s: Length of the piece.
        sentences: What begins within it, at least one.
    """

    stream: Sample
    index: int
    piece_s: float
    sentences: tuple[Sentence, ...]

    @property
    def label(self) -> str:
        """Which piece this is, for people."""
        start_s = self.stream.video_start + self.index * self.piece_s
        return f"{self.stream.video}, {start_s:g} to {start_s + self.piece_s:g} s"


@dataclass(frozen=True, slots=True)
class CleaningCounts:
    """What became of the sentences, and how many words there were and are.

    Attributes:
        refused: Left out because the endpoint refused to judge their piece.
    """

    kept: int = 0
    edited: int = 0
    deleted: int = 0
    words_before: int = 0
    words_after: int = 0
    refused: int = 0

    def __add__(self, other: CleaningCounts) -> CleaningCounts:
        return CleaningCounts(
            self.kept + other.kept,
            self.edited + other.edited,
            self.deleted + other.deleted,
            self.words_before + other.words_before,
            self.words_after + other.words_after,
            self.refused + other.refused,
        )

    def describe(self) -> str:
        """Counts and shares for people."""
        named = {"kept": self.kept, "edited": self.edited, "deleted": self.deleted}
        if self.refused:
            named["left out because the endpoint refused"] = self.refused
        total = max(1, sum(named.values()))
        shares = ", ".join(
            f"{count:,} {name} ({count / total:.2%})" for name, count in named.items()
        )
        return (
            f"sentences: {shares}; words: {self.words_before:,} before, {self.words_after:,} after"
        )


class Decision(BaseModel):
    """What is to become of one sentence, by its number in the piece."""

    id: int
    action: Literal["keep", "edit", "delete"]
    text: str = ""


class _Decisions(BaseModel):
    sentences: list[Decision]


def pieces_of(stream: Sample, piece_s: float = 120.0) -> Iterator[Piece]:
    """Cut a stream's transcript into pieces; no sentence is cut, and long silences give no piece.

    Raises:
        ConfigError: The length of a piece is not positive.
    """
    if not piece_s > 0:
        raise ConfigError(f"piece_s must be positive, it is {piece_s}")
    sentences = split_sentences(stream.text_stream)
    groups = itertools.groupby(
        sentences, key=lambda sentence: piece_index(sentence, stream.video_start, piece_s)
    )
    for index, group in groups:
        yield Piece(stream, index, piece_s, tuple(group))


def cleaning_request(piece: Piece) -> ChatRequest:
    """The question about a piece."""
    introduction = " ".join(piece.stream.previous.split())[:INTRODUCTION_CHARACTERS]
    context = f"About the video: {introduction}\n\n" if introduction else ""
    sentences = numbered(piece.sentences)
    reply_tokens = DECISION_TOKENS * len(piece.sentences) + EDITED_SHARE * estimate_tokens(
        sentences
    )
    return ChatRequest(
        SYSTEM_PROMPT,
        f"{context}Sentences:\n{sentences}",
        check=partial(parse_decisions, num_sentences=len(piece.sentences)),
        label=piece.label,
        expected_reply_tokens=round(reply_tokens),
    )


def parse_decisions(reply: str, num_sentences: int) -> list[Decision]:
    """Read a reply: exactly one decision for each sentence, in order.

    Raises:
        ReplyError: The reply has another form.
    """
    decisions = json_reply(reply, _Decisions).sentences
    numbers = [decision.id for decision in decisions]
    if numbers != list(range(1, num_sentences + 1)):
        raise ReplyError(f"expected decisions on sentences 1 to {num_sentences}, got {numbers}")
    for decision in decisions:
        if decision.action == "edit" and not decision.text.strip():
            raise ReplyError(f"sentence {decision.id} is to be edited, but its new text is empty")
    return decisions


def clean_stream(
    stream: Sample, reply_to: Callable[[ChatRequest], str | None], piece_s: float = 120.0
) -> tuple[Sample, CleaningCounts]:
    """Apply the replies to a stream.

    Args:
        stream: The stream as it was.
        reply_to: Gives the reply to each piece's question, for instance out of a journal; None
            where the endpoint refused, whose words are left out: nobody has said that they are fit.
        piece_s: Length of a piece, as when the questions were put.

    Raises:
        ReplyError: A reply does not have the form that was asked for.
    """
    words: list[Word] = []
    counts = CleaningCounts(words_before=len(stream.text_stream))
    for piece in pieces_of(stream, piece_s):
        reply = reply_to(cleaning_request(piece))
        if reply is None:
            counts += CleaningCounts(refused=len(piece.sentences))
            continue
        decisions = parse_decisions(reply, len(piece.sentences))
        for sentence, decision in zip(piece.sentences, decisions, strict=True):
            kept_words, counted = _apply(decision, sentence)
            words.extend(kept_words)
            counts += counted
    return replace(stream, text_stream=tuple(words)), counts


def _apply(decision: Decision, sentence: Sentence) -> tuple[tuple[Word, ...], CleaningCounts]:
    """The words that remain; an edit that changes nothing keeps the exact times."""
    match decision.action:
        case "delete":
            return (), CleaningCounts(deleted=1)
        case "edit" if decision.text.split() != sentence.text.split():
            words = spread_evenly(decision.text.split(), sentence.start_s, sentence.end_s)
            return words, CleaningCounts(edited=1, words_after=len(words))
        case _:
            return sentence.words, CleaningCounts(kept=1, words_after=len(sentence.words))
