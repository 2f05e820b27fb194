"""A video that plays in real time: each picture at its time, each line at its moment."""

from __future__ import annotations

import time
from statistics import median
from typing import TYPE_CHECKING

from app.capture.specs import FileSpec
from app.session.messages import FrameShown, LineSpoken
from app.session.request import SessionRequest
from app.session.session import Session
from tests.app.capture.videos import constant_times, number_of, write_video
from tests.app.session.scripted import ScriptedCommentators

if TYPE_CHECKING:
    from pathlib import Path

FPS = 10
FRAME_S = 1 / FPS
# A chunk is whole once its last sample is taken; its line follows as soon as the model has spoken.
# This model speaks at once, so what is left is the session's own delay.
TOLERANCE_S = 0.3


def test_pictures_and_lines_come_when_the_video_is_there(tmp_path: Path) -> None:
    video = write_video(tmp_path / "clip.mp4", constant_times(FPS, 5.0), rate=FPS)
    request = SessionRequest(FileSpec(video), output_folder=tmp_path, preview_fps=15)
    session = Session(request, commentators=ScriptedCommentators())
    session.start()
    frames: list[tuple[float, FrameShown]] = []
    offsets_s: list[float] = []
    for message in session.messages():
        match message:
            case FrameShown():
                frames.append((time.monotonic(), message))
            case LineSpoken(line):
                last_sample_s = line.end_s - request.streaming.chunk_s / 2  # two samples a chunk
                offsets_s.append(frames[-1][1].time_s - last_sample_s)
            case _:
                pass
    assert len(frames) > 25
    for _, shown in frames:  # the picture is the one that a player shows at this time
        assert abs(number_of(shown.image) - shown.time_s * FPS) <= 1.0
    first_at_s, first = frames[0]
    late_s = [at_s - first_at_s - (shown.time_s - first.time_s) for at_s, shown in frames]
    assert abs(median(late_s)) < TOLERANCE_S
    assert len(offsets_s) >= 3
    assert min(offsets_s) >= -FRAME_S  # no line before its moment
    assert median(offsets_s) < TOLERANCE_S
