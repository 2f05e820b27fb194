"""Words and questions go into the second in which they end; files become clips."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.config import StreamingConfig
from engine.data.samples import QuestionAnswer, Sample, SampleFile, Word
from engine.data.turns import Turn, turns_of
from engine.errors import DataError
from engine.training.clip import Clip
from engine.training.dataset import EncodedClips, SampleClips
from engine.training.encode import IGNORED
from engine.training.model import encoder_of
from tests.engine.training.conftest import sample

if TYPE_CHECKING:
    from engine.model import LoadedModel


def test_a_word_belongs_to_the_second_in_which_it_ends() -> None:
    words = [
        Word(9.5, 10.0, "before"),
        Word(9.9, 10.1, "first"),
        Word(10.8, 11.0, "still"),
        Word(10.9, 11.2, "second"),
        Word(12.9, 13.4, "after"),
    ]
    turns = turns_of(Sample("v.mp4", 10.0, 13.2, text_stream=tuple(words)))
    assert turns == (Turn(("first", "still")), Turn(("second",)), Turn())


def test_an_answer_comes_before_the_words_of_its_second() -> None:
    asked = QuestionAnswer(None, 1.5, "Who leads?", "The Falcons.")
    turns = turns_of(Sample("v.mp4", 0, 2, text_stream=(Word(1, 2, "Goal!"),), qa_stream=(asked,)))
    assert turns[1] == Turn(("Goal!",), "Who leads?", "The Falcons.")
    assert turns[1].spoken == ("The", "Falcons.", "Goal!")
    with pytest.raises(DataError, match="two questions"):
        turns_of(Sample("v.mp4", 0, 2, qa_stream=(asked, asked)))


@pytest.mark.parametrize("start_s", [0.0, 12.1])
def test_a_question_at_the_first_instant_belongs_to_the_first_chunk(start_s: float) -> None:
    first = QuestionAnswer(None, start_s, "Who plays?", "Reds.")
    before = QuestionAnswer(None, start_s - 0.5, "Earlier?", "No.")
    turns = turns_of(Sample("v.mp4", start_s, start_s + 2, qa_stream=(before, first)))
    assert turns == (Turn((), "Who plays?", "Reds."), Turn())


@given(
    start=st.integers(0, 10**6).map(lambda tenths: tenths / 10),
    ends=st.lists(st.integers(1, 240), max_size=30),
)
def test_every_word_of_a_clip_finds_one_turn_in_order(start: float, ends: list[int]) -> None:
    words = [Word(start, start + end / 10, str(end)) for end in sorted(ends)]
    turns = turns_of(Sample("v.mp4", start, start + 24, text_stream=tuple(words)))
    assert len(turns) == 24
    assert [word for turn in turns for word in turn.words] == [word.word for word in words]
    assert all(
        -(-int(word) // 10) == index + 1 for index, t in enumerate(turns) for word in t.words
    )


def test_clip_shorter_than_a_chunk_is_refused() -> None:
    with pytest.raises(DataError, match="holds no chunk"):
        turns_of(Sample("v.mp4", 0, 0.9))


def test_sample_file_becomes_clips_with_distinct_frames(
    samples_file: Path, video_folder: Path
) -> None:
    clips = SampleClips(SampleFile(samples_file), video_folder)
    clip, pictures = clips[3], list(clips[3].pictures)
    assert len(clips) == 8
    assert (clip.start_s, clip.previous_text, clip.instruction) == (1.5, "", "Call the play.")
    assert clip.turns == turns_of(sample(3))
    assert [frames.shape for frames in pictures] == [(2, 84, 112, 3)] * 3
    frames = np.concatenate(pictures).astype(int)
    assert all(abs(a - b).mean() > 1 for a, b in pairwise(frames))


def test_clips_may_come_from_any_generator(tiny: LoadedModel) -> None:
    made = [
        Clip((Turn(("Goal!",)),), [np.full((2, 84, 112, 3), value, np.uint8)]) for value in (0, 9)
    ]
    encoded = EncodedClips(made, encoder_of(tiny, StreamingConfig()))
    assert len(encoded) == 2
    assert (encoded[0].labels == encoded[1].labels).all()
    assert not (encoded[0].patches == encoded[1].patches).all()


def test_unreadable_clip_teaches_nothing_or_fails(
    tiny: LoadedModel, samples_file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    clips = SampleClips(SampleFile(samples_file), Path("nowhere"))
    encode = encoder_of(tiny, StreamingConfig())
    with pytest.raises(DataError, match=r"game\.mp4"):
        _ = EncodedClips(clips, encode)[0]
    left_out = EncodedClips(clips, encode, on_unreadable="skip")[0]
    assert (left_out.labels == IGNORED).all()
    assert "clip 0 has no part" in caplog.text
