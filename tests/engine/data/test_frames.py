"""Frames of a video file: the right ones, distinct, whatever the video's rate."""

from __future__ import annotations

import itertools
from fractions import Fraction
from typing import TYPE_CHECKING

import av
import numpy as np
import pytest

from engine.data.frames import read_chunks, read_frames, video_duration_s
from engine.errors import DataError

if TYPE_CHECKING:
    from pathlib import Path

SIZE = (48, 64)
MILLISECONDS = Fraction(1, 1000)


def write_video(
    path: Path, times_s: list[float], sound_s: int = 0, last_s: float = 0.001, title: str = ""
) -> None:
    """A lossless video whose n-th frame is a grey of value 2 * n, perhaps with silent sound."""
    gaps_s = [*(after - time_s for time_s, after in itertools.pairwise(times_s)), last_s]
    is_mov = path.suffix == ".mov"
    options = {"movflags": "faststart"} if is_mov else {}
    with av.open(str(path), "w", options=options) as container:
        container.metadata.update({"title": title} if title else {})
        stream = container.add_stream("png" if is_mov else "ffv1", rate=1000)
        stream.height, stream.width = SIZE
        stream.pix_fmt = "rgb24" if is_mov else "bgr0"
        stream.time_base = stream.codec_context.time_base = MILLISECONDS
        sound = container.add_stream("pcm_s16le", rate=8000, layout="mono") if sound_s else None
        for number, time_s in enumerate(times_s):
            pixels = np.full((*SIZE, 3), 2 * number, np.uint8)
            frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
            frame.pts, frame.time_base = round(time_s * 1000), MILLISECONDS
            for packet in stream.encode(frame):
                packet.duration = round(gaps_s[number] * 1000)
                container.mux(packet)
        container.mux(stream.encode())
        for second in range(sound_s if sound else 0):
            silence = av.AudioFrame.from_ndarray(np.zeros((1, 8000), np.int16), layout="mono")
            silence.sample_rate, silence.pts = 8000, 8000 * second
            container.mux(sound.encode(silence))


def cut_before(path: Path, number: int) -> None:
    """Take away all frames from `number` on, and leave the header in front of them as it is."""
    with av.open(str(path)) as container:
        begin = [packet.pos for packet in container.demux(video=0)][number]
    assert begin is not None
    path.write_bytes(path.read_bytes()[:begin])


def numbers(path: Path, start_s: float, fps: float, count: int) -> list[int]:
    return [int(frame[0, 0, 0]) // 2 for frame in read_frames(path, start_s, fps, count)]


@pytest.mark.parametrize("rate", [2, 24, 25, 29.97, 30, 60])
def test_frames_are_distinct_and_the_ones_on_screen(tmp_path: Path, rate: float) -> None:
    path = tmp_path / "steady.mkv"
    times_s = [number / rate for number in range(round(2 * rate) + 1)]
    write_video(path, times_s)
    read = numbers(path, 0.5, 2.0, 3)
    assert read == [
        max(number for number, time_s in enumerate(times_s) if time_s <= wanted + 2e-3)
        for wanted in (0.5, 1.0, 1.5)
    ]
    assert len(set(read)) == 3


def test_variable_rate_and_late_origin_follow_presentation_times(tmp_path: Path) -> None:
    path = tmp_path / "variable.mkv"
    write_video(path, [5.0, 5.1, 5.9, 6.0, 6.45, 6.6, 7.0])
    assert numbers(path, 0.0, 2.0, 4) == [0, 1, 3, 4]


@pytest.mark.parametrize(("chunk_s", "fps"), [(1.0, 1.5), (1.0, 2.4), (1.5, 1.0), (0.7, 2.0)])
def test_chunks_begin_with_their_words_at_any_length(
    tmp_path: Path, chunk_s: float, fps: float
) -> None:
    path = tmp_path / "steady.mkv"
    write_video(path, [number / 10 for number in range(101)])
    chunks = list(read_chunks(path, 0.5, 4, chunk_s=chunk_s, fps=fps))
    assert {chunk.shape for chunk in chunks} == {(round(fps * chunk_s), *SIZE, 3)}
    wanted = [0.5 + index * chunk_s for index in range(4)]
    assert [int(chunk[0, 0, 0, 0]) // 2 / 10 for chunk in chunks] == pytest.approx(wanted)
    lasts = [time_s + (len(chunks[0]) - 1) / fps for time_s in wanted]
    assert [int(chunk[-1, 0, 0, 0]) // 2 / 10 for chunk in chunks] == pytest.approx(lasts, abs=0.1)


def test_pictures_have_the_size_of_the_video(tmp_path: Path) -> None:
    path = tmp_path / "size.mkv"
    write_video(path, [0.0, 0.5])
    (frame,) = read_frames(path, 0.0, 2.0, 1)
    assert (frame.shape, frame.dtype) == ((*SIZE, 3), np.uint8)
    assert video_duration_s(path) == pytest.approx(0.5, abs=0.01)


def test_stretch_past_the_end_is_refused_with_the_length(tmp_path: Path) -> None:
    path = tmp_path / "short.mkv"
    write_video(path, [0.0, 0.5, 1.0], last_s=0.5)
    assert numbers(path, 0.5, 2.0, 3) == [1, 2, 2]
    with pytest.raises(DataError, match=r"short\.mkv ends at 1\.50 s, before 2\.00 s"):
        numbers(path, 0.5, 2.0, 4)


# In AVI only the stream says so, in the others the last packet.
@pytest.mark.parametrize("suffix", ["mkv", "mov", "avi"])
@pytest.mark.parametrize("last_s", [0.01, 2.0])
def test_the_last_frame_stays_for_as_long_as_the_video_lasts(
    tmp_path: Path, suffix: str, last_s: float
) -> None:
    path = tmp_path / f"variable.{suffix}"
    write_video(path, [0.0, 0.5, 0.6, 1.5, 1.6], last_s=last_s)
    end_s = video_duration_s(path)
    assert end_s == pytest.approx(1.6 + last_s, abs=0.01)
    assert numbers(path, end_s - 0.005, 2.0, 1) == [4]
    with pytest.raises(DataError, match=r"variable\.\w+ ends at"):
        numbers(path, end_s + 0.5, 2.0, 1)


@pytest.mark.parametrize("gap_s", [0.1, 3.0])
def test_a_video_that_breaks_off_ends_there_whatever_its_header_says(
    tmp_path: Path, gap_s: float
) -> None:
    path = tmp_path / "cut.mov"
    write_video(path, [gap_s * number for number in range(100)], last_s=gap_s)
    cut_before(path, 10)
    assert video_duration_s(path) == pytest.approx(100 * gap_s)
    assert numbers(path, 0.0, 2 / gap_s, 20)[-1] == 9
    with pytest.raises(DataError, match=rf"cut\.mov ends at {10 * gap_s:.2f} s, before"):
        numbers(path, 0.0, 2 / gap_s, 22)


def test_an_avi_that_breaks_off_ends_about_there(tmp_path: Path) -> None:
    path = tmp_path / "cut.avi"
    write_video(path, [number / 10 for number in range(100)], last_s=0.1)
    cut_before(path, 50)
    assert numbers(path, 0.0, 2.0, 10)[-1] == 45
    with pytest.raises(DataError, match=r"cut\.avi ends at [45]\.\d\d s, before"):
        numbers(path, 0.0, 2.0, 13)


def test_a_header_that_tells_a_little_more_than_the_frames_is_believed(tmp_path: Path) -> None:
    path = tmp_path / "rounded.mov"
    write_video(path, [number / 10 for number in range(100)], last_s=0.1)
    cut_before(path, 95)
    assert numbers(path, 0.0, 5.0, 50)[-1] == 94


def test_the_last_frame_stays_as_the_one_before_where_nothing_tells(tmp_path: Path) -> None:
    path = tmp_path / "untold.nut"
    write_video(path, [0.0, 0.5, 1.0], last_s=0.5)
    assert numbers(path, 1.4, 2.0, 1) == [2]
    with pytest.raises(DataError, match=r"untold\.nut ends at 1\.50 s"):
        numbers(path, 1.6, 2.0, 1)


@pytest.mark.parametrize("begin_s", [0.0, 5.0])
def test_sound_that_outlasts_the_pictures_does_not_lengthen_the_video(
    tmp_path: Path, begin_s: float
) -> None:
    path = tmp_path / "sound.mkv"
    write_video(path, [begin_s + number / 10 for number in range(21)], sound_s=20)
    assert video_duration_s(path) == pytest.approx(2.0, abs=0.15)
    assert len(numbers(path, 1.0, 2.0, 3)) == 3


@pytest.mark.parametrize("content", [None, b"", b"no video at all"])
def test_file_that_is_no_video_is_named(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "broken.mp4"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(DataError, match=r"cannot read the video .*broken\.mp4"):
        numbers(path, 0.0, 2.0, 1)


def test_a_title_in_an_old_encoding_is_no_reason_to_refuse_a_video(tmp_path: Path) -> None:
    path = tmp_path / "titled.mkv"
    write_video(path, [0.0, 0.5, 1.0], title="Cafe at night")
    path.write_bytes(path.read_bytes().replace(b"Cafe at night", "Café at night".encode("latin-1")))
    assert numbers(path, 0.0, 2.0, 2) == [0, 1]
    assert video_duration_s(path) == pytest.approx(1.0, abs=0.01)


def test_a_picture_that_changes_its_size_in_a_chunk_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "sizes.mov"
    write_sizes(path, [64] * 3 + [96] * 3)
    chunks = read_chunks(path, 0.0, 3, chunk_s=1.0, fps=2.0)
    assert next(chunks).shape == (2, 64, 64, 3)
    with pytest.raises(DataError, match=r"sizes\.mov changes its size \(64x64, 96x96\)"):
        next(chunks)
    assert next(read_chunks(path, 1.5, 1, chunk_s=1.0, fps=2.0)).shape == (2, 96, 96, 3)


def write_sizes(path: Path, sizes: list[int]) -> None:
    """Two frames a second, square ones of some sizes; PNG tells the size in every picture."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("png", rate=2)
        stream.width = stream.height = sizes[0]
        stream.pix_fmt = "rgb24"
        for number, size in enumerate(sizes):
            encoder = av.CodecContext.create("png", "w")
            encoder.width, encoder.height, encoder.pix_fmt = size, size, "rgb24"
            encoder.time_base = Fraction(1, 2)
            frame = av.VideoFrame.from_ndarray(np.zeros((size, size, 3), np.uint8), format="rgb24")
            frame.pts, frame.time_base = number, Fraction(1, 2)
            for packet in (*encoder.encode(frame), *encoder.encode(None)):
                packet.stream = stream
                container.mux(packet)


@pytest.mark.parametrize(
    ("codec", "suffix"), [("mpeg4", "mp4"), ("mpeg4", "avi"), ("mpeg2video", "ts")]
)
def test_frames_that_are_sought_are_those_that_reading_through_gives(
    tmp_path: Path, codec: str, suffix: str
) -> None:
    path = tmp_path / f"long.{suffix}"
    write_moving(path, codec, seconds=80)
    for start_s, gap_s, count in ((0.0, 15.5, 5), (0.3, 23.7, 4), (7.77, 2.0, 3), (79.5, 1.0, 1)):
        wanted = [start_s + index * gap_s for index in range(count)]
        read = list(read_frames(path, start_s, 1 / gap_s, count))
        assert [picture.tobytes() for picture in read] == read_through(path, wanted)


def write_moving(path: Path, codec: str, seconds: int) -> None:
    """No two pictures of it are alike, and one in two seconds is a key frame."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=10)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        stream.codec_context.gop_size = 20
        for number in range(10 * seconds):
            pixels = np.full((48, 64, 3), 40 + number // 5, np.uint8)
            pixels[:, number % 60 : number % 60 + 4] = 250
            container.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        container.mux(stream.encode())


def read_through(path: Path, wanted: list[float]) -> list[bytes]:
    """The pictures on screen at some times, found by decoding all of them."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        frames = [(frame.time, frame.to_ndarray(format="rgb24")) for frame in container.decode(0)]
        origin_s = float((stream.start_time or 0) * (stream.time_base or 0))
    return [
        [picture for time_s, picture in frames if time_s - origin_s <= at + 2e-3][-1].tobytes()
        for at in wanted
    ]


def test_what_lies_between_distant_frames_is_not_decoded(tmp_path: Path) -> None:
    path = tmp_path / "damaged.mov"
    write_video(path, [float(number) for number in range(60)], last_s=1.0)
    with av.open(str(path)) as container:
        packets = [packet for packet in container.demux(video=0) if packet.pos is not None]
        where = [(packet.pos, packet.size) for packet in packets[5:15]]
    content = bytearray(path.read_bytes())
    for begin, size in where:
        content[begin : begin + size] = bytes(size)
    path.write_bytes(content)
    assert numbers(path, 0.0, 1 / 25, 3) == [0, 25, 50]
    with pytest.raises(DataError, match=r"cannot read the video .*damaged\.mov"):
        numbers(path, 0.0, 1.0, 20)
