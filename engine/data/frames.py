"""Frames of a stretch of a video file, distinct and evenly spaced; numpy and PyAV only.

The k-th frame of a stretch is the one on screen at `start_s + k / fps`. A video with at least `fps`
frames per second therefore gives distinct frames, whatever its own rate and however it varies.
Presentation times decide, never frame numbers.
"""

from __future__ import annotations

from contextlib import contextmanager
from itertools import chain, islice, pairwise
from typing import TYPE_CHECKING

import av
import numpy as np
from av.error import FFmpegError

from engine.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator, Sequence
    from pathlib import Path

    from av.container import InputContainer
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream
    from numpy.typing import NDArray

# Times of frames are rounded to the time base of their stream, often milliseconds.
_TIME_TOLERANCE_S = 2e-3
# A file whose pictures end this much before the length it declares was cut off.
_MISSING_S, _MISSING_PART = 1.0, 0.02
# Wanted frames further apart than this are sought one by one: key frames are often 2 to 10 s apart.
_WORTH_SEEKING_S = 10.0
# So many seconds before a wanted frame decoding begins: the frames around it are whole then, and
# their distance is known.
_BACK_S = (1.0, 10.0, 60.0)
_GUESSED = {"mpeg"}  # programme streams have times on some packets only
# Formats that do not tell how long a picture stays, but whose length FFmpeg takes from what is left
# of the file, not from the header alone.
_MEASURED = {"avi", "asf"}


def sample_times(start_s: float, fps: float, count: int) -> list[float]:
    """The times whose frames are wanted, in seconds."""
    return [start_s + index / fps for index in range(count)]


def read_frames(path: Path, start_s: float, fps: float, count: int) -> Iterator[NDArray[np.uint8]]:
    """Yield `count` RGB frames, uint8 (height, width, 3), from `start_s` on at `fps`.

    Frames are decoded as they are asked for, so a long stretch needs no more memory than a short
    one. Times count from the first frame of the video.

    Raises:
        DataError: The file cannot be opened or decoded, or ends before the last frame.
    """
    yield from _read_at(path, sample_times(start_s, fps, count))


def read_chunks(
    path: Path, start_s: float, count: int, *, chunk_s: float, fps: float
) -> Iterator[NDArray[np.uint8]]:
    """Yield `count` chunks of RGB frames, uint8 (F, height, width, 3), F being fps * chunk_s.

    Each chunk begins where its words do, `chunk_s` after the one before, also where F is rounded:
    one run of frames through all chunks would drift away from the words.

    Raises:
        DataError: As `read_frames`, or pictures of one chunk differ in size.
    """
    num_frames = round(fps * chunk_s)
    begins = (start_s + index * chunk_s for index in range(count))
    times = [time_s for begin_s in begins for time_s in sample_times(begin_s, fps, num_frames)]
    frames = _read_at(path, times)
    for _ in range(count):
        yield stack_frames(list(islice(frames, num_frames)), path)


def stack_frames(frames: Sequence[NDArray[np.uint8]], path: Path) -> NDArray[np.uint8]:
    """Frames of a video as one array (F, height, width, 3).

    Raises:
        DataError: They differ in size.
    """
    sizes = dict.fromkeys(f"{frame.shape[1]}x{frame.shape[0]}" for frame in frames)
    if len(sizes) > 1:
        raise DataError(
            f"the picture of {path} changes its size ({', '.join(sizes)}) within what is looked at "
            "at once; bring it to one size with ffmpeg first"
        )
    return np.stack(frames)


def _read_at(path: Path, times: list[float]) -> Iterator[NDArray[np.uint8]]:
    """The frames on screen at some times, in ascending order."""
    for run in _runs(times, path):
        for frame in _read_run(run, path):
            yield _to_rgb(frame)


def _runs(times: list[float], path: Path) -> list[list[float]]:
    """Cut times where what lies between two of them is better skipped than decoded."""
    gaps = (after - before for before, after in pairwise(times))
    cuts = [index for index, gap_s in enumerate(gaps, start=1) if gap_s > _WORTH_SEEKING_S]
    if not cuts or _guesses_times(path):
        return [times] if times else []
    return [times[begin:end] for begin, end in pairwise([0, *cuts, len(times)])]


def _read_run(times: list[float], path: Path) -> Iterator[VideoFrame]:
    """The frames on screen at times that are close together.

    Containers without an index may go too far, and the key frame that they find may be shown later
    than where it is stored; then decoding begins further back, at last where the file does.
    """
    for back_s in (back_s for back_s in _BACK_S if back_s < times[0]):
        with _open_video(path) as (container, stream):
            frames = _decode_from(container, stream, times[0] - back_s)
            first = next(frames, None)
            if first is not None and first[0] <= times[0]:
                yield from _frames_at(times, chain([first], frames), stream, path)
                return
    with _open_video(path) as (container, stream):
        yield from _frames_at(times, _decode(container, stream), stream, path)


def _guesses_times(path: Path) -> bool:
    """Whether frames have other times where decoding begins elsewhere."""
    with _open_video(path) as (container, _):
        return container.format.name in _GUESSED


def video_duration_s(path: Path) -> float:
    """How long a video lasts, as its stream says, or else as its last packets do.

    The container's own duration is that of its longest track, which may be the sound.

    Raises:
        DataError: The file cannot be opened or holds no picture.
    """
    with _open_video(path) as (container, stream):
        length_s = _length_s(stream)
        if length_s is None:
            length_s = _end_of_last_packet_s(container, stream)
        if length_s is not None:
            return length_s
    raise DataError(f"{path} does not say how long it lasts; remux it with ffmpeg first")


def _end_of_last_packet_s(container: InputContainer, stream: VideoStream) -> float | None:
    """When the last picture goes, counted from the first; None without any picture.

    Only what follows the last key frame is read, if the container says where its end is.
    """
    origin_s = _origin_s(stream)
    if container.duration is not None:
        container.seek((container.start_time or 0) + container.duration)
    ends = [
        packet.pts + (packet.duration or 0)
        for packet in container.demux(stream)
        if packet.pts is not None
    ]
    if not ends or stream.time_base is None:
        return None
    return float(max(ends) * stream.time_base) - origin_s


@contextmanager
def _open_video(path: Path) -> Generator[tuple[InputContainer, VideoStream]]:
    """Open a file; whatever fails inside the block to decode is named with the file."""
    try:
        # Titles in old encodings are no reason to refuse a video.
        with av.open(str(path), metadata_errors="replace") as container:
            if not container.streams.video:
                raise DataError(f"{path} holds no video")
            stream = container.streams.video[0]
            stream.thread_type = "AUTO"
            yield container, stream
    except FFmpegError as error:
        raise DataError(f"cannot read the video {path}: {error.strerror}") from error


def _decode_from(
    container: InputContainer, stream: VideoStream, start_s: float
) -> Iterator[tuple[float, VideoFrame]]:
    """Frames with their times, from the last key frame before `start_s` on if that is found."""
    try:
        container.seek(int((_origin_s(stream) + start_s) * av.time_base))
    except FFmpegError:  # it can only be read from its beginning
        return iter(())
    return _decode(container, stream)


def _decode(container: InputContainer, stream: VideoStream) -> Iterator[tuple[float, VideoFrame]]:
    """Yield frames with their times, from where the container is."""
    origin_s = _origin_s(stream)
    for frame in container.decode(stream):
        if frame.pts is not None:
            yield frame.time - origin_s, frame


def _length_s(stream: VideoStream) -> float | None:
    """How long a stream says that it is; None where it does not."""
    if stream.duration is None or stream.time_base is None:
        return None
    return float(stream.duration * stream.time_base)


def _origin_s(stream: VideoStream) -> float:
    if stream.start_time is None or stream.time_base is None:
        return 0.0
    return float(stream.start_time * stream.time_base)


def _frames_at(
    times: list[float],
    frames: Iterable[tuple[float, VideoFrame]],
    stream: VideoStream,
    path: Path,
) -> Iterator[VideoFrame]:
    """Yield, for each time in ascending order, the frame that is on screen then."""
    wanted = iter(times)
    target = next(wanted, None)
    shown: VideoFrame | None = None
    shown_s, before_s = 0.0, 0.0
    for time_s, frame in frames:
        while target is not None and shown is not None and target < time_s - _TIME_TOLERANCE_S:
            yield shown
            target = next(wanted, None)
        if target is None:
            return
        before_s = shown_s if shown is not None else time_s
        shown, shown_s = frame, time_s
    end_s = 0.0 if shown is None else _end_s(stream, shown, shown_s, shown_s - before_s)
    while target is not None:
        if shown is None or target > end_s + _TIME_TOLERANCE_S:
            raise DataError(f"{path} ends at {end_s:.2f} s, before {target:.2f} s")
        yield shown
        target = next(wanted, None)


def _end_s(stream: VideoStream, last: VideoFrame, begin_s: float, gap_s: float) -> float:
    """When a video ends, as its last frame and its stream say.

    Where neither does, the last frame stays for as long as the one before it did, `gap_s`.
    """
    lasting_s = float(last.duration * last.time_base) if last.duration and last.time_base else 0.0
    length_s = _length_s(stream)
    is_measured = stream.container.format.name in _MEASURED
    seen_s = begin_s + max(lasting_s, gap_s)
    if length_s is None or not (is_measured or _is_whole(length_s, seen_s)):
        return begin_s + (lasting_s or gap_s)
    return max(begin_s + lasting_s, length_s)


def _is_whole(length_s: float, end_s: float) -> bool:
    """Whether the pictures reach the length that a header tells, which no cut makes less."""
    return length_s - end_s <= max(_MISSING_S, _MISSING_PART * length_s)


def _to_rgb(frame: VideoFrame) -> NDArray[np.uint8]:
    """The upright picture, uint8 (height, width, 3); phones store theirs turned."""
    pixels = frame.to_ndarray(format="rgb24").astype(np.uint8, copy=False)
    quarter_turns = round(frame.rotation / 90) % 4
    return np.ascontiguousarray(np.rot90(pixels, quarter_turns)) if quarter_turns else pixels
