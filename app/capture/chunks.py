"""From frames to chunks, and the only place where a late chunk is left out."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass

import numpy as np

from app.capture.base import Chunk, Frame, Image


@dataclass(frozen=True, slots=True)
class CaptureCounts:
    """What went through a buffer since the start.

    Attributes:
        frames_captured: Frames put in.
        frames_used: Frames handed out in chunks.
        frames_dropped: Frames captured but thrown away with a late chunk.
        chunks_dropped: Slices of the stream that the engine never saw.
    """

    frames_captured: int = 0
    frames_used: int = 0
    frames_dropped: int = 0
    chunks_dropped: int = 0


class ChunkBuffer:
    """Assembles chunks in one thread and hands them to another.

    With `drops_late` a finished chunk takes the place of one that nobody has taken yet: the engine
    gets the newest, the gap is counted. Otherwise `put` waits and every chunk arrives. Frames are
    stacked only when a chunk is taken, so a dropped one costs no copy.

    A sample that is missing within a chunk is filled with its neighbour.
    """

    def __init__(
        self, *, chunk_s: float, frames_per_chunk: int, drops_late: bool, capacity: int = 2
    ) -> None:
        self._chunk_s = chunk_s
        self._frames_per_chunk = frames_per_chunk
        self._drops_late = drops_late
        self._capacity = 1 if drops_late else capacity
        self._changed = threading.Condition()
        self._ready: deque[tuple[int, list[Frame]]] = deque()
        self._gathering: list[Frame] = []
        self._chunk_index = 0  # of the chunk being gathered
        self._wanted = frames_per_chunk
        self._peeked: Chunk | None = None
        self._has_ended = False
        self._is_closed = False
        self._frames_captured = 0
        self._frames_used = 0
        self._frames_dropped = 0
        self._chunks_dropped = 0

    @property
    def counts(self) -> CaptureCounts:
        """What went through so far."""
        with self._changed:
            return CaptureCounts(
                frames_captured=self._frames_captured,
                frames_used=self._frames_used,
                frames_dropped=self._frames_dropped,
                chunks_dropped=self._chunks_dropped,
            )

    def put(self, frame: Frame, sample_index: int) -> bool:
        """Add the frame of a sample; samples come in order but may be missing.

        Returns:
            False once the buffer is closed: nobody wants more.
        """
        chunk_index, place = divmod(sample_index, self._frames_per_chunk)
        with self._changed:
            self._skip_to(chunk_index)
            self._frames_captured += 1
            held = self._gathering[-1] if self._gathering else frame
            self._gathering += [held] * (place - len(self._gathering)) + [frame]
            if len(self._gathering) == self._frames_per_chunk:
                self._finish_chunk()
            return not self._is_closed

    def thin_to(self, frames_per_chunk: int) -> None:
        """Hand out chunks of fewer frames from now on, evenly spread, the newest among them."""
        with self._changed:
            self._wanted = frames_per_chunk

    def end(self) -> None:
        """The source has no more frames; a chunk begun counts only where it is the first."""
        with self._changed:
            if self._gathering and self._chunk_index == 0:
                self._fill_and_finish()
            self._has_ended = True
            self._changed.notify_all()

    def close(self) -> None:
        """Nobody takes chunks any more: wake everyone and drop what is left."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()

    def peek(self) -> Chunk | None:
        """What the next `take` will give, where that is certain already; by the thread that takes.

        A chunk that a newer one may replace is never certain.
        """
        with self._changed:
            if self._drops_late or self._is_closed or not self._ready:
                return None
            index, frames = self._ready[0]
            frames = _thinned(frames, self._wanted)
        if self._peeked is None:
            self._peeked = self._stack(index, frames)
        return self._peeked

    def take(self) -> Chunk | None:
        """Wait for the next chunk; None after the last one or once closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._ready or self._has_ended or self._is_closed)
            if self._is_closed or not self._ready:
                return None
            index, frames = self._ready.popleft()
            frames = _thinned(frames, self._wanted)
            self._frames_used += _distinct(frames)
            self._changed.notify_all()
        peeked, self._peeked = self._peeked, None
        if peeked is not None and len(peeked.frames) == len(frames):  # not thinned since then
            return peeked
        return self._stack(index, frames)

    def _skip_to(self, chunk_index: int) -> None:
        """Go on to a later chunk: finish the one begun, count those that were never begun."""
        if chunk_index > self._chunk_index and self._gathering:
            self._fill_and_finish()
        self._chunks_dropped += max(0, chunk_index - self._chunk_index)
        self._chunk_index = max(chunk_index, self._chunk_index)

    def _fill_and_finish(self) -> None:
        missing = self._frames_per_chunk - len(self._gathering)
        self._gathering += [self._gathering[-1]] * missing
        self._finish_chunk()

    def _finish_chunk(self) -> None:
        self._make_room()
        self._ready.append((self._chunk_index, self._gathering))
        self._gathering = []
        self._chunk_index += 1
        self._changed.notify_all()

    def _make_room(self) -> None:
        if self._drops_late:
            self._chunks_dropped += len(self._ready)
            self._frames_dropped += sum(_distinct(frames) for _, frames in self._ready)
            self._ready.clear()
        else:
            self._changed.wait_for(lambda: len(self._ready) < self._capacity or self._is_closed)

    def _stack(self, index: int, frames: list[Frame]) -> Chunk:
        return Chunk(
            start_s=index * self._chunk_s,
            end_s=(index + 1) * self._chunk_s,
            frames=np.stack([_fitted(frame, frames[-1]) for frame in frames]),
            captured_at=frames[-1].captured_at,
        )


def _thinned(frames: list[Frame], wanted: int) -> list[Frame]:
    if wanted >= len(frames):
        return frames
    return [frames[round((place + 1) * len(frames) / wanted) - 1] for place in range(wanted)]


def _distinct(frames: list[Frame]) -> int:
    return len(set(map(id, frames)))


def _fitted(frame: Frame, newest: Frame) -> Image:
    """The frame's image, or the newest one where the picture changed its size within the chunk."""
    return frame.image if frame.image.shape == newest.image.shape else newest.image
