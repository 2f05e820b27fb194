"""Chunks: late ones leave, early ones wait, and nothing is lost without being counted."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.capture.base import Chunk, Frame
from app.capture.chunks import CaptureCounts, ChunkBuffer
from tests.app.capture.videos import number_of, numbered_image


def _frame(number: int) -> Frame:
    return Frame(numbered_image(number), number / 2, 1000.0 + number)


def _live(frames_per_chunk: int = 2) -> ChunkBuffer:
    return ChunkBuffer(chunk_s=1.0, frames_per_chunk=frames_per_chunk, drops_late=True)


def _numbers(chunk: Chunk | None) -> list[int]:
    assert chunk is not None
    return [number_of(image) for image in chunk.frames]


def test_a_chunk_holds_the_frames_of_its_second() -> None:
    buffer = _live()
    buffer.put(_frame(0), 0)
    buffer.put(_frame(1), 1)
    chunk = buffer.take()
    assert _numbers(chunk) == [0, 1]
    assert chunk is not None
    assert (chunk.start_s, chunk.end_s, chunk.captured_at) == (0.0, 1.0, 1001.0)
    assert chunk.frames.dtype == np.uint8


def test_the_newest_chunk_wins_and_the_late_ones_are_counted() -> None:
    buffer = _live()
    for index in range(8):
        buffer.put(_frame(index), index)
    assert _numbers(buffer.take()) == [6, 7]
    assert buffer.counts == CaptureCounts(
        frames_captured=8, frames_used=2, frames_dropped=6, chunks_dropped=3
    )


def test_a_missing_sample_is_filled_with_its_neighbour() -> None:
    buffer = _live(4)
    buffer.put(_frame(0), 0)
    buffer.put(_frame(3), 3)
    assert _numbers(buffer.take()) == [0, 0, 0, 3]
    buffer.put(_frame(6), 6)
    buffer.put(_frame(9), 9)
    assert _numbers(buffer.take()) == [6, 6, 6, 6]


def test_a_long_gap_is_counted_not_invented() -> None:
    buffer = _live()
    buffer.put(_frame(0), 0)
    buffer.put(_frame(200), 200)
    chunk = buffer.take()
    assert _numbers(chunk) == [0, 0]
    assert buffer.counts.chunks_dropped == 99
    buffer.put(_frame(201), 201)
    assert _numbers(buffer.take()) == [200, 201]


def test_a_picture_that_changes_size_within_a_chunk_is_taken_as_the_newer() -> None:
    buffer = _live()
    buffer.put(Frame(np.zeros((10, 20, 3), np.uint8), 0.0, 0.0), 0)
    buffer.put(Frame(np.ones((30, 40, 3), np.uint8), 0.5, 0.0), 1)
    chunk = buffer.take()
    assert chunk is not None
    assert chunk.frames.shape == (2, 30, 40, 3)


@pytest.mark.parametrize(("num_frames", "num_chunks"), [(0, 0), (1, 1), (2, 1), (3, 1), (5, 2)])
def test_the_rest_of_a_stream_is_a_chunk_only_where_nothing_else_is(
    num_frames: int, num_chunks: int
) -> None:
    buffer = ChunkBuffer(chunk_s=1.0, frames_per_chunk=2, drops_late=False, capacity=9)
    for index in range(num_frames):
        buffer.put(_frame(index), index)
    buffer.end()
    assert sum(1 for _ in iter(buffer.take, None)) == num_chunks


def test_what_was_peeked_at_is_what_is_taken() -> None:
    buffer = ChunkBuffer(chunk_s=1.0, frames_per_chunk=2, drops_late=False, capacity=2)
    assert buffer.peek() is None
    for index in range(4):
        buffer.put(_frame(index), index)
    peeked = buffer.peek()
    assert _numbers(peeked) == [0, 1]
    assert buffer.peek() is peeked
    assert buffer.take() is peeked
    assert _numbers(buffer.peek()) == [2, 3]
    buffer.thin_to(1)
    assert _numbers(buffer.take()) == [3]
    assert buffer.counts.frames_used == 3


def test_a_chunk_that_can_be_replaced_is_not_peeked_at() -> None:
    buffer = _live()
    for index in range(2):
        buffer.put(_frame(index), index)
    assert buffer.peek() is None
    assert _numbers(buffer.take()) == [0, 1]


def test_closing_wakes_both_sides() -> None:
    buffer = ChunkBuffer(chunk_s=1.0, frames_per_chunk=1, drops_late=False, capacity=1)
    wanted: list[bool] = []
    full = threading.Thread(target=lambda: wanted.extend(buffer.put(_frame(i), i) for i in (0, 1)))
    full.start()
    buffer.close()
    full.join(5)
    assert not full.is_alive()
    assert wanted[-1] is False
    assert buffer.take() is None


@given(
    frames_per_chunk=st.integers(1, 4),
    num_chunks=st.integers(0, 8),
    capacity=st.integers(1, 3),
)
def test_a_file_loses_nothing(frames_per_chunk: int, num_chunks: int, capacity: int) -> None:
    buffer = ChunkBuffer(
        chunk_s=1.0, frames_per_chunk=frames_per_chunk, drops_late=False, capacity=capacity
    )

    def fill() -> None:
        for index in range(num_chunks * frames_per_chunk):
            buffer.put(_frame(index), index)
        buffer.end()

    producer = threading.Thread(target=fill)
    producer.start()
    taken = [number for chunk in iter(buffer.take, None) for number in _numbers(chunk)]
    producer.join(5)
    assert taken == list(range(num_chunks * frames_per_chunk))
    assert buffer.counts.chunks_dropped == 0


@given(
    steps=st.lists(st.tuples(st.integers(1, 7), st.booleans()), max_size=40),
    frames_per_chunk=st.integers(1, 4),
)
def test_live_counts_add_up(steps: list[tuple[int, bool]], frames_per_chunk: int) -> None:
    """Whatever samples are missing and however seldom the engine comes, all is accounted for."""
    buffer = _live(frames_per_chunk)
    sample, taken = -1, 0
    ends: list[float] = []
    for gap, is_taken in steps:
        sample += gap
        buffer.put(_frame(sample % 256), sample)
        if is_taken and (sample + 1) % frames_per_chunk == 0:
            chunk = buffer.take()
            assert chunk is not None
            assert chunk.frames.shape[0] == frames_per_chunk
            ends.append(chunk.end_s)
            taken += 1
    buffer.end()
    for chunk in iter(buffer.take, None):
        ends.append(chunk.end_s)
        taken += 1
    counts = buffer.counts
    assert ends == sorted(set(ends))
    assert counts.frames_captured == len(steps)
    assert counts.frames_used + counts.frames_dropped <= counts.frames_captured
    num_whole, num_left = divmod(sample + 1, frames_per_chunk)
    is_first_partial = num_whole == 0 and num_left > 0
    assert taken + counts.chunks_dropped == num_whole + is_first_partial
