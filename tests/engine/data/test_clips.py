"""Training clips: they cover a stream, overlap as asked, and lose or double no word."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from engine.data.clips import (
    SHORTEST_CLIP_S,
    TIME_TOLERANCE_S,
    ClipOptions,
    StreamCutter,
    all_clips,
    cut_clips,
)
from engine.data.samples import QuestionAnswer, Sample, Word, read_samples, write_samples
from engine.data.turns import turns_of
from engine.errors import ConfigError, DataError

if TYPE_CHECKING:
    from pathlib import Path


@st.composite
def streams(draw: st.DrawFn) -> Sample:
    """A stream with numbered words; their ends fall on borders of seconds as well."""
    start = draw(st.integers(0, 50))
    length_s = draw(st.integers(1, 200) | st.floats(0.1, 200))
    end = start + length_s
    instants = st.integers(start, math.floor(end)).map(float) | st.floats(start, end)
    ends = sorted(draw(st.lists(instants, max_size=60)))
    spoken = tuple(Word(max(0.0, at - 0.7), at, f"w{i}") for i, at in enumerate(ends))
    asked = tuple(QuestionAnswer(None, at, f"q{i}", "a") for i, at in enumerate(ends[::5]))
    return Sample("game.mp4", start, end, "Comment.", "Reds against blues.", spoken, asked)


@st.composite
def options(draw: st.DrawFn) -> ClipOptions:
    clip_s = draw(st.integers(2, 40))
    return ClipOptions(clip_s, draw(st.integers(0, clip_s - 1)), min_words=0)


@given(streams(), options())
def test_clips_cover_the_stream_and_overlap_as_asked(stream: Sample, options: ClipOptions) -> None:
    clips = list(all_clips(stream, options))
    if not clips:
        assert stream.duration_s < SHORTEST_CLIP_S
        return
    assert clips[0].video_start == stream.video_start
    assert stream.video_end - clips[-1].video_end < SHORTEST_CLIP_S
    assert all(turns_of(replace(clip, qa_stream=())) for clip in clips)
    assert all(clip.duration_s == options.clip_s for clip in clips[:-1])
    assert clips[-1].duration_s <= options.clip_s
    for earlier, later in itertools.pairwise(clips):
        assert later.video_start - earlier.video_start == options.step_s
        assert later.video_end > earlier.video_end


@given(streams(), options())
def test_every_word_is_in_exactly_the_clips_in_which_it_ends(
    stream: Sample, options: ClipOptions
) -> None:
    clips = list(all_clips(stream, options))
    for word in stream.text_stream:
        for clip in clips:
            begins_stream = clip.video_start == stream.video_start
            after_start = begins_stream or word.end_s > clip.video_start + TIME_TOLERANCE_S
            owned = after_start and word.end_s <= clip.video_end + TIME_TOLERANCE_S
            assert clip.text_stream.count(word) == int(owned)
        in_rest = not clips or word.end_s > clips[-1].video_end + TIME_TOLERANCE_S
        assert in_rest or any(word in clip.text_stream for clip in clips)


@given(streams(), options())
def test_previous_text_and_own_words_are_all_words_until_the_clip_ends(
    stream: Sample, options: ClipOptions
) -> None:
    for clip in all_clips(stream, options):
        until_s = clip.video_end + TIME_TOLERANCE_S
        said = [word.word for word in stream.text_stream if word.end_s <= until_s]
        own = [word.word for word in clip.text_stream]
        assert clip.previous.split() + own == [*stream.previous.split(), *said]


@given(streams(), st.integers(1, 30))
def test_without_overlap_no_word_and_no_question_is_doubled(stream: Sample, clip_s: int) -> None:
    stream = replace(stream, video_end=stream.video_end + SHORTEST_CLIP_S)
    clips = list(all_clips(stream, ClipOptions(clip_s, 0, min_words=0)))
    assert [word for clip in clips for word in clip.text_stream] == list(stream.text_stream)
    assert [item for clip in clips for item in clip.qa_stream] == list(stream.qa_stream)


@pytest.mark.parametrize(
    ("end_s", "second"), [(11.001, 11), (12.0, 11), (0.1 + 11.9, 11), (12.001, 12), (13.0, 12)]
)
def test_a_word_belongs_to_the_second_in_which_it_ends(end_s: float, second: int) -> None:
    stream = Sample("game.mp4", 0, 24, text_stream=(Word(10.5, end_s, "Goal!"),))
    cutter = StreamCutter(stream, previous_words=4)
    assert [at for at in range(24) if cutter.cut(at, at + 1).text_stream] == [second]


@given(streams(), st.integers(1, 30))
def test_the_trainer_finds_every_word_of_a_clip_in_the_same_second(
    stream: Sample, clip_s: int
) -> None:
    """Only what ends in the stream's first instant, or after its last whole second, has no turn."""
    whole_s = math.floor(stream.duration_s)
    assume(whole_s >= 1)
    stream = replace(stream, video_end=stream.video_start + whole_s)
    spoken = [
        word
        for word in stream.text_stream
        if stream.video_start + TIME_TOLERANCE_S < word.end_s <= stream.video_end
    ]
    stream = replace(stream, text_stream=tuple(spoken), qa_stream=())
    clips = all_clips(stream, ClipOptions(clip_s, 0, min_words=0))
    turns = [turn for clip in clips for turn in turns_of(clip)]
    assert len(turns) == whole_s
    assert [word for turn in turns for word in turn.words] == [word.word for word in spoken]


def test_by_default_a_clip_needs_two_words_per_second() -> None:
    per_clip = [47, 48, 49]
    ends = [24.0 * clip + 0.1 + i / 3 for clip, n in enumerate(per_clip) for i in range(n)]
    stream = Sample("game.mp4", 0, 72, text_stream=tuple(Word(at, at, "go") for at in ends))
    clips = list(cut_clips(stream, ClipOptions(clip_overlap_s=0)))
    assert [(clip.video_start, len(clip.text_stream)) for clip in clips] == [(24, 48), (48, 49)]


@given(st.integers(0, 40), st.integers(0, 12))
def test_long_previous_text_keeps_the_introduction_the_head_and_the_tail(
    num_words: int, keep: int
) -> None:
    spoken = tuple(Word(i, i + 1, f"w{i}") for i in range(num_words))
    stream = Sample("game.mp4", 0, num_words + 1, previous="Intro.", text_stream=spoken)
    words = StreamCutter(stream, keep).cut(num_words, num_words + 1).previous.split()
    names = [word.word for word in spoken]
    whole = num_words <= 2 * keep
    assert words == ["Intro.", *(names if whole else names[:keep] + names[num_words - keep :])]


@pytest.mark.parametrize(
    ("introduction", "previous"), [("", " w0 w1"), ("Reds.\n", "Reds. w0 w1"), (" so", " so w0 w1")]
)
def test_every_previous_word_keeps_the_space_it_has_in_a_stream(
    introduction: str, previous: str
) -> None:
    spoken = tuple(Word(i, i + 1, f"w{i}") for i in range(2))
    stream = Sample("game.mp4", 0, 4, previous=introduction, text_stream=spoken)
    assert StreamCutter(stream, 4).cut(2, 4).previous == previous


@pytest.mark.parametrize(
    ("end_s", "clip_s", "ends"),
    [(24.9, 12, [12, 24]), (25.0, 12, [12, 24, 25.0]), (0.5, 12, []), (1.2, 0.5, [0.5, 1.0])],
)
def test_a_last_clip_that_the_trainer_would_refuse_is_left_out(
    end_s: float, clip_s: float, ends: list[float]
) -> None:
    clips = all_clips(Sample("game.mp4", 0, end_s), ClipOptions(clip_s, 0))
    assert [clip.video_end for clip in clips] == ends


def test_clips_are_written_and_read_in_the_sample_format(tmp_path: Path) -> None:
    spoken = tuple(Word(i, i + 0.9, f"w{i}") for i in range(60))
    stream = Sample("game.mp4", 0, 60, "Comment.", "Intro.", spoken)
    path = tmp_path / "clips.jsonl"
    assert write_samples(path, cut_clips(stream, ClipOptions(min_words=0))) == 4
    clips = list(read_samples(path))
    assert [(clip.video_start, clip.video_end) for clip in clips] == [
        (0, 24), (12, 36), (24, 48), (36, 60),
    ]  # fmt: skip
    assert clips[1].previous == "Intro. " + " ".join(f"w{i}" for i in range(12))


@pytest.mark.parametrize("end_s", [-0.5, 10.5])
def test_a_word_outside_the_stream_is_named(end_s: float) -> None:
    stream = Sample("game.mp4", 0, 10, text_stream=(Word(end_s - 0.1, end_s, "late"),))
    with pytest.raises(DataError, match=r"'late' ends at .* outside of game\.mp4"):
        list(cut_clips(stream))


@pytest.mark.parametrize(
    "values",
    [{"clip_s": 0}, {"clip_s": math.nan}, {"clip_overlap_s": 24.0}, {"min_words": -1},
     {"previous_words": -1}],
)  # fmt: skip
def test_settings_out_of_range_are_refused(values: dict[str, float]) -> None:
    with pytest.raises(ConfigError, match=next(iter(values))):
        ClipOptions(**values)  # pyright: ignore[reportArgumentType]
