"""The engine's thread: what it gives the commentator, and when."""

from __future__ import annotations

import queue
from typing import TYPE_CHECKING

import pytest

from app.capture.base import Frame
from app.capture.chunks import ChunkBuffer
from app.capture.clock import StreamClock
from app.engine_thread import EngineThread, Wishes
from app.session.reports import WorkerEnded
from tests.app.capture.videos import numbered_image
from tests.app.session.scripted import ScriptedCommentator, ScriptedCommentators

if TYPE_CHECKING:
    from app.session.reports import Report

NUM_CHUNKS = 4


@pytest.mark.parametrize(("is_live", "num_prepared"), [(False, 2), (True, 0)])
def test_the_next_chunk_of_a_file_is_prepared_while_words_come(
    is_live: bool, num_prepared: int
) -> None:
    """Of four rounds the third is silent and the last has none behind it."""
    chunks = ChunkBuffer(chunk_s=1.0, frames_per_chunk=1, drops_late=is_live, capacity=NUM_CHUNKS)
    for index in range(NUM_CHUNKS):
        chunks.put(Frame(numbered_image(index), float(index), 0.0), index)
    chunks.end()
    clock = StreamClock(is_paced=False)
    clock.start()
    script = ScriptedCommentators()
    reports: queue.SimpleQueue[Report] = queue.SimpleQueue()
    EngineThread(
        lambda _tell: ScriptedCommentator(script),
        chunks=chunks,
        clock=clock,
        wishes=Wishes(),
        report=reports.put,
    ).start()
    while not isinstance(ended := reports.get(timeout=20), WorkerEnded):
        pass
    assert not ended.failure
    assert len(script.prepared) == script.num_used == num_prepared
    assert len(script.seen) == (1 if is_live else NUM_CHUNKS)
