"""Annealing samples: every rule of the paper holds for what is selected, and rejects the rest."""

from __future__ import annotations

import itertools
import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.data.annealing import AnnealingOptions, candidates, judging_request, live_share, select
from engine.data.samples import Sample, Word
from engine.errors import ConfigError, ReplyError

if TYPE_CHECKING:
    from engine.data.chat_client import ChatRequest


@st.composite
def streams(draw: st.DrawFn) -> Sample:
    """Talk at different rates with pauses between."""
    at = start = float(draw(st.integers(0, 100)))
    words: list[Word] = []
    for _ in range(draw(st.integers(0, 4))):
        rate = draw(st.floats(1, 6))
        for _ in range(draw(st.integers(0, 120))):
            words.append(Word(at, at + 0.6 / rate, f"w{len(words)}"))
            at += 1 / rate
        at += draw(st.sampled_from([0.5, 2.9, 3.5, 20.0]))
    return Sample("game.mp4", start, at + 1, "Comment.", "Reds.", tuple(words))


@given(streams())
def test_what_is_selected_meets_every_rule_that_can_be_counted(stream: Sample) -> None:
    order = {word: i for i, word in enumerate(stream.text_stream)}
    end_of_last = stream.video_start
    for sample in candidates(stream):
        words = sample.text_stream
        assert 16 <= sample.duration_s <= 64
        assert len(words) >= 2 * sample.duration_s
        for earlier, later in itertools.pairwise(words):
            assert later.start_s - earlier.end_s <= 3.0
            assert order[later] == order[earlier] + 1
        assert (sample.video_start - stream.video_start).is_integer()
        assert sample.video_start >= end_of_last
        assert len(sample.previous.split()) == 1 + min(2048, order[words[0]])
        end_of_last = sample.video_end


def talk(start_s: float, length_s: float, per_s: int = 3) -> list[Word]:
    times = [start_s + i / per_s for i in range(round(length_s * per_s))]
    return [Word(at, at + 0.2, "go.") for at in times]


def ranges(*talks: list[Word]) -> list[tuple[float, float]]:
    words = tuple(word for talk in talks for word in talk)
    stream = Sample("game.mp4", 0, 600, text_stream=words)
    return [(sample.video_start, sample.video_end) for sample in candidates(stream)]


def test_runs_are_cut_at_silences_and_into_equal_parts() -> None:
    assert ranges(talk(10, 20), talk(34, 20)) == [(10, 30), (34, 54)]
    assert ranges(talk(10, 20), talk(32, 20)) == [(10, 52)]
    assert ranges(talk(10, 150)) == [(10, 60), (60, 110), (110, 160)]


def test_short_and_sparse_talk_is_left_out() -> None:
    assert ranges(talk(10, 14), talk(100, 30, per_s=1)) == []


SAMPLE = Sample(
    "game.mp4", 100, 120,
    text_stream=tuple(Word(100 + i, 101 + i, f"w{i}{'.' if i % 2 else ''}") for i in range(10)),
)  # fmt: skip


def labels(*names: str) -> str:
    return json.dumps({"labels": names})


def test_the_live_share_counts_words_of_live_sentences() -> None:
    assert live_share(SAMPLE, labels("live", "live", "other", "live", "live")) == 0.8
    assert judging_request(SAMPLE).user.endswith("\n5. w8 w9.")


def test_only_more_than_the_share_is_selected() -> None:
    def judge(sentences_live: int) -> list[Sample]:
        def reply_to(_: ChatRequest) -> str:
            return labels(*["live"] * sentences_live, *["other"] * (5 - sentences_live))

        return list(select([SAMPLE], reply_to, min_live_share=0.8))

    assert judge(5) == [SAMPLE]
    assert judge(4) == []


@pytest.mark.parametrize(
    "reply", [labels("live"), labels(*["live"] * 6), labels(*["yes"] * 5), "90 %"]
)
def test_a_reply_without_one_label_for_each_sentence_is_refused(reply: str) -> None:
    with pytest.raises(ReplyError):
        judging_request(SAMPLE).check(reply)


@pytest.mark.parametrize(
    "values",
    [{"min_s": 0}, {"min_s": 65}, {"max_s": 0.5}, {"max_silence_s": -1}, {"min_words_per_s": -1},
     {"min_live_share": 1.0}, {"previous_words": -1}],
)  # fmt: skip
def test_settings_out_of_range_are_refused(values: dict[str, float]) -> None:
    with pytest.raises(ConfigError, match=next(iter(values))):
        AnnealingOptions(**values)  # pyright: ignore[reportArgumentType]
