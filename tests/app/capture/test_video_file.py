"""Real encoded files: exact times, distinct frames, and what is wrong with a broken one."""

from __future__ import annotations

import itertools
from contextlib import closing
from fractions import Fraction
from typing import TYPE_CHECKING

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.capture.video_file import VideoFileSource
from app.errors import SourceError
from tests.app.capture.videos import constant_times, number_of, numbered_image, write_video

if TYPE_CHECKING:
    from pathlib import Path

    from app.capture.base import Frame

RATES = (*map(Fraction, (2, 24, 25, 30, 60)), Fraction(30_000, 1001))


def _read_all(path: Path, interval_s: float = 0.5) -> list[Frame]:
    with closing(VideoFileSource(path, sample_interval_s=interval_s)) as source:
        frames = (source.read(index * interval_s) for index in itertools.count())
        return list(itertools.takewhile(lambda frame: frame is not None, frames))


def _numbers(path: Path, interval_s: float = 0.5) -> list[int]:
    return [number_of(frame.image) for frame in _read_all(path, interval_s)]


@pytest.mark.parametrize("suffix", [".mp4", ".mkv"])
@pytest.mark.parametrize("fps", RATES, ids=lambda fps: f"{float(fps):.2f}")
def test_samples_are_distinct_and_evenly_spaced(tmp_path: Path, fps: Fraction, suffix: str) -> None:
    times = constant_times(fps, 4.0)
    numbers = _numbers(write_video(tmp_path / f"clip{suffix}", times, rate=fps))
    assert len(numbers) == 8
    assert len(set(numbers)) == 8
    for sample, number in enumerate(numbers):
        assert abs(float(times[number]) - sample * 0.5) <= 0.5 / float(fps) + 0.002


def test_variable_rate_gives_the_frame_of_each_time(tmp_path: Path) -> None:
    gaps = [Fraction(gap, 1000) for gap in (40, 370, 90, 500, 33, 450, 250, 240, 30, 480, 520)]
    times = [Fraction(0), *itertools.accumulate(gaps)]
    numbers = _numbers(write_video(tmp_path / "variable.mp4", times))
    assert len(numbers) == len(set(numbers))
    for sample, number in enumerate(numbers):
        nearest = min(abs(float(time) - sample * 0.5) for time in times)
        assert abs(float(times[number]) - sample * 0.5) == pytest.approx(nearest, abs=0.001)


def test_a_still_picture_is_given_again(tmp_path: Path) -> None:
    times = [Fraction(0), Fraction(2), Fraction(5, 2), Fraction(3)]
    assert _numbers(write_video(tmp_path / "still.mkv", times))[:7] == [0, 0, 0, 0, 1, 2, 3]


@settings(max_examples=15)
@given(gaps=st.lists(st.integers(10, 400), min_size=3, max_size=25), fps=st.integers(1, 5))
def test_frames_never_go_back_and_repeat_only_where_the_file_has_none(
    tmp_path_factory: pytest.TempPathFactory, gaps: list[int], fps: int
) -> None:
    times = [Fraction(0), *itertools.accumulate(Fraction(gap, 1000) for gap in gaps)]
    path = write_video(tmp_path_factory.mktemp("video") / "clip.mkv", times)
    interval_s = 1 / fps
    numbers = _numbers(path, interval_s)
    assert numbers == sorted(numbers)
    for sample, (before, now) in enumerate(itertools.pairwise(numbers), 1):
        if now == before:
            shown_next_s = float(times[now + 1]) if now + 1 < len(times) else float("inf")
            assert shown_next_s - sample * interval_s > interval_s / 2 - 0.002


def test_a_glance_shows_what_is_on_screen_and_changes_no_sample(tmp_path: Path) -> None:
    path = write_video(tmp_path / "clip.mp4", constant_times(10, 2.0), rate=10)
    with closing(VideoFileSource(path, sample_interval_s=0.5)) as source:
        seen: list[int] = []
        for tenth in range(20):
            if tenth % 5 == 0:
                frame = source.read(tenth / 10)
                assert frame is not None
                seen.append(number_of(frame.image))
            assert number_of(source.glance(tenth / 10)) == tenth
    assert seen == [0, 5, 10, 15]


def test_times_start_at_the_first_picture(tmp_path: Path) -> None:
    times = [time + 7 for time in constant_times(10, 2.0)]
    assert _numbers(write_video(tmp_path / "late.mkv", times, rate=10)) == [0, 5, 10, 15]


def test_a_title_in_an_old_encoding_is_no_reason_to_refuse_a_video(tmp_path: Path) -> None:
    path = write_video(tmp_path / "old.mkv", constant_times(10, 1.0), rate=10, title="Cafe at ten")
    path.write_bytes(path.read_bytes().replace(b"Cafe at ten", "Café at ten".encode("latin-1")))
    assert _numbers(path) == [0, 5]


def test_a_phone_held_upright_gives_upright_pictures(tmp_path: Path) -> None:
    path = write_video(tmp_path / "clip.mp4", constant_times(10, 1.0), rate=10)
    content = bytearray(path.read_bytes())
    header = content.index(b"tkhd")
    matrix = header + 44  # ISO 14496-12, track header of version 0
    quarter_turn = (0, 1 << 16, 0, -(1 << 16), 0, 0)  # clockwise, as phones write it
    content[matrix : matrix + 24] = b"".join(
        value.to_bytes(4, "big", signed=True) for value in quarter_turn
    )
    path.write_bytes(content)
    frame = _read_all(path)[1]
    assert np.abs(np.rot90(numbered_image(5), -1).astype(int) - frame.image).mean() < 20


def test_info_tells_length_and_name(tmp_path: Path) -> None:
    path = write_video(tmp_path / "clip.mp4", constant_times(10, 3.0), rate=10)
    with closing(VideoFileSource(path, sample_interval_s=0.5)) as source:
        assert source.info.label == "clip.mp4"
        assert source.info.duration_s == pytest.approx(3.0, abs=0.2)
        assert not source.info.is_live


def test_a_file_with_a_colon_in_its_name_is_no_protocol(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = write_video(tmp_path / "clip.mp4", constant_times(10, 1.0), rate=10)
    written.rename(tmp_path / "http:clip.mp4")
    monkeypatch.chdir(tmp_path)
    assert _numbers(written.relative_to(tmp_path).with_name("http:clip.mp4")) == [0, 5]


def _with_content(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("empty.mp4", b"", "is empty"),
        ("noise.mp4", bytes(range(256)) * 64, "damaged, cut off, or no video"),
        ("notes.txt", b"just some words\n" * 50, "text file"),
    ],
)
def test_what_is_no_video_is_explained(
    tmp_path: Path, name: str, content: bytes, message: str
) -> None:
    path = _with_content(tmp_path / name, content)
    with pytest.raises(SourceError, match=message):
        VideoFileSource(path, sample_interval_s=0.5)


def test_missing_files_and_folders_are_explained(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="There is no file"):
        VideoFileSource(tmp_path / "absent.mp4", sample_interval_s=0.5)
    with pytest.raises(SourceError, match=r"may not be read .*check its name"):
        VideoFileSource(tmp_path / ("x" * 300), sample_interval_s=0.5)
    with pytest.raises(SourceError, match="is a folder"):
        VideoFileSource(tmp_path, sample_interval_s=0.5)


def test_sound_alone_is_explained(tmp_path: Path) -> None:
    path = tmp_path / "sound.wav"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("pcm_s16le", rate=8000)
        frame = av.AudioFrame.from_ndarray(
            np.zeros((1, 8000), np.int16), format="s16", layout="mono"
        )
        frame.sample_rate = 8000
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    with pytest.raises(SourceError, match="no video"):
        VideoFileSource(path, sample_interval_s=0.5)


@pytest.mark.parametrize("suffix", [".mp4", ".mkv"])
def test_a_file_cut_off_gives_its_frames_and_then_says_so(tmp_path: Path, suffix: str) -> None:
    path = write_video(tmp_path / f"clip{suffix}", constant_times(25, 8.0), rate=25)
    if suffix == ".mp4":
        path = _index_first(path)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) * 6 // 10])
    with closing(VideoFileSource(path, sample_interval_s=0.5)) as source:
        given: list[int] = []
        with pytest.raises(SourceError, match=r"breaks off|damaged after"):
            _read_into(given, source)
    assert len(given) >= 4
    assert given == [round(index * 12.5 - 0.1) for index in range(len(given))]


def test_a_file_damaged_in_its_middle_is_played_to_its_end_and_then_says_so(
    tmp_path: Path,
) -> None:
    path = write_video(tmp_path / "clip.mkv", constant_times(25, 20.0), rate=25)
    content = bytearray(path.read_bytes())
    first, last = len(content) * 4 // 10, len(content) * 5 // 10
    content[first:last] = bytes(last - first)
    path.write_bytes(content)
    with closing(VideoFileSource(path, sample_interval_s=0.5)) as source:
        given: list[int] = []
        with pytest.raises(SourceError, match=r"is damaged at \d+\.\d s; it was played to its end"):
            _read_into(given, source)
    assert len(given) >= 38  # of 40 that the whole file has


def _read_into(given: list[int], source: VideoFileSource) -> None:
    for index in itertools.count():
        frame = source.read(index * 0.5)
        assert frame is not None
        given.append(number_of(frame.image))


def _index_first(path: Path) -> Path:
    """The same MP4 with its index at the start, as downloads have it."""
    moved = path.with_name(f"moved{path.suffix}")
    with (
        av.open(str(path)) as source,
        av.open(str(moved), "w", options={"movflags": "faststart"}) as target,
    ):
        stream = source.streams.video[0]
        copy = target.add_stream_from_template(stream)
        for packet in source.demux(stream):
            if packet.dts is not None:
                packet.stream = copy
                target.mux(packet)
    return moved
