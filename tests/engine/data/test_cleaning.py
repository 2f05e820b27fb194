"""Cleaning: each sentence has one decision, edits keep the duration, nothing else moves."""

from __future__ import annotations

import itertools
import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.data.cleaning import (
    CleaningCounts,
    clean_stream,
    cleaning_request,
    parse_decisions,
    pieces_of,
)
from engine.data.samples import Sample, Word
from engine.data.sentences import split_sentences, spread_evenly
from engine.errors import ConfigError, ReplyError

if TYPE_CHECKING:
    from engine.data.chat_client import ChatRequest

ENDINGS = st.sampled_from(["", "", "", ".", "!", "?", '."'])


@st.composite
def streams(draw: st.DrawFn) -> Sample:
    """Numbered words with and without full stops, pauses between them."""
    at = start = float(draw(st.integers(0, 500)))
    words: list[Word] = []
    for i in range(draw(st.integers(0, 80))):
        at += draw(st.sampled_from([0.0, 0.1, 0.1, 0.5, 3.0, 50.0]))
        length = draw(st.floats(0, 1))
        words.append(Word(at, at + length, f"w{i}{draw(ENDINGS)}"))
        at += length
    return Sample("game.mp4", start, at + 1, "Comment.", "Reds.", tuple(words))


def reply(*decisions: str) -> str:
    """A reply of actions; "edit" is followed by a colon and the new text."""
    sentences: list[dict[str, object]] = []
    for number, decision in enumerate(decisions, start=1):
        action, _, text = decision.partition(":")
        sentences.append({"id": number, "action": action, "text": text})
    return json.dumps({"sentences": sentences})


def keep_all(request: ChatRequest) -> str:
    num_sentences = request.user.partition("Sentences:\n")[2].count("\n") + 1
    return reply(*["keep"] * num_sentences)


@given(streams(), st.integers(1, 300))
def test_pieces_hold_every_word_once_and_cut_no_sentence(stream: Sample, piece_s: int) -> None:
    pieces = list(pieces_of(stream, piece_s))
    sentences = [sentence for piece in pieces for sentence in piece.sentences]
    assert tuple(word for sentence in sentences for word in sentence.words) == stream.text_stream
    assert sentences == list(split_sentences(stream.text_stream))
    for piece in pieces:
        begin_s = stream.video_start + piece.index * piece_s
        for sentence in piece.sentences:
            assert begin_s <= sentence.start_s < begin_s + piece_s


@given(streams(), st.integers(1, 300))
def test_a_transcript_that_is_kept_stays_as_it_was(stream: Sample, piece_s: int) -> None:
    cleaned, counts = clean_stream(stream, keep_all, piece_s)
    assert cleaned == stream
    assert (counts.edited, counts.deleted) == (0, 0)
    assert counts.words_before == counts.words_after == len(stream.text_stream)


@given(st.lists(st.text("ab", min_size=1), min_size=1, max_size=20), st.floats(0, 1e5),
       st.floats(0, 100))  # fmt: skip
def test_an_edited_sentence_spreads_its_duration_evenly(
    texts: list[str], start_s: float, length_s: float
) -> None:
    words = spread_evenly(texts, start_s, start_s + length_s)
    assert [word.word for word in words] == texts
    assert (words[0].start_s, words[-1].end_s) == (start_s, start_s + length_s)
    for word, following in itertools.pairwise(words):
        assert word.end_s == following.start_s
    for word in words:
        assert word.end_s - word.start_s == pytest.approx(length_s / len(texts), abs=1e-9)


STREAM = Sample(
    "game.mp4", 0, 300, previous="Reds against blues.",
    text_stream=(
        Word(1.0, 1.5, "Here"), Word(1.5, 2.0, "goes"), Word(2.0, 2.6, "Smiff."),
        Word(3.0, 3.5, "Drink"), Word(3.5, 4.0, "Cola!"),
        Word(125.0, 126.0, "Goal!"),
    ),
)  # fmt: skip


def test_keep_edit_and_delete() -> None:
    replies = {
        "Here goes": reply("edit:And here goes Smith.", "delete"),
        "Goal": reply("keep"),
    }

    def reply_to(request: ChatRequest) -> str:
        return next(text for start, text in replies.items() if start in request.user)

    cleaned, counts = clean_stream(STREAM, reply_to)
    assert [word.word for word in cleaned.text_stream] == ["And", "here", "goes", "Smith.", "Goal!"]
    ends = [word.end_s for word in cleaned.text_stream]
    assert ends == pytest.approx([1.4, 1.8, 2.2, 2.6, 126.0])
    assert counts == CleaningCounts(1, 1, 1, words_before=6, words_after=5)
    assert "1 kept (33.33%), 1 edited (33.33%), 1 deleted (33.33%)" in counts.describe()
    assert cleaned.previous == STREAM.previous


def test_an_edit_that_changes_nothing_keeps_the_exact_times() -> None:
    def reply_to(request: ChatRequest) -> str:
        return (
            reply("edit: Here goes\nSmiff. ", "keep") if "Here" in request.user else reply("keep")
        )

    cleaned, counts = clean_stream(STREAM, reply_to)
    assert cleaned == STREAM
    assert counts.kept == 3


def test_the_model_is_told_the_introduction_and_numbered_sentences() -> None:
    first, second = map(cleaning_request, pieces_of(STREAM))
    assert first.user == (
        "About the video: Reds against blues.\n\nSentences:\n1. Here goes Smiff.\n2. Drink Cola!"
    )
    assert second.label == "game.mp4, 120 to 240 s"
    assert second.expected_reply_tokens > 0


@pytest.mark.parametrize(
    "text",
    [
        "I would keep them all.",
        reply("keep"),
        reply("keep", "keep", "keep"),
        reply("keep", "shorten"),
        reply("keep", "edit: "),
        json.dumps({"sentences": [{"id": 1, "action": "keep"}, {"id": 1, "action": "keep"}]}),
        json.dumps({"sentences": [{"id": 2, "action": "keep"}, {"id": 1, "action": "keep"}]}),
        json.dumps([{"id": 1, "action": "keep"}, {"id": 2, "action": "keep"}]),
    ],
)
def test_a_reply_that_does_not_decide_on_each_sentence_is_refused(text: str) -> None:
    with pytest.raises(ReplyError):
        parse_decisions(text, 2)


def test_sentences_end_at_full_stops_long_pauses_and_a_length() -> None:
    words = [Word(i, i + 0.9, word) for i, word in enumerate(["A", "3.5", "b.", "C?", "d"])]
    words.append(Word(20, 21, "e"))
    words += [Word(21, 21, "f")] * 70
    texts = [sentence.text for sentence in split_sentences(words)]
    assert texts[:3] == ["A 3.5 b.", "C?", "d"]
    assert [len(text.split()) for text in texts[3:]] == [60, 11]


def test_a_piece_needs_a_length() -> None:
    with pytest.raises(ConfigError, match="piece_s"):
        list(pieces_of(STREAM, 0))
