"""What candidates are told: before a chunk, in which place, and what ends a stream early."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import av
import numpy as np
import pytest

from engine.config import StreamingConfig
from engine.data.chat_client import ChatConfig
from engine.evaluation.commentary.candidates import EndpointCandidate, Piece, StreamCandidate
from engine.evaluation.commentary.command import layout_of
from engine.evaluation.commentary.speakers import Worker, livecc_question, open_stream
from engine.evaluation.commentary.tasks import Task

if TYPE_CHECKING:
    from engine.evaluation.commentary.candidates import Layout
    from engine.model import LoadedModel
    from tests.support.chat import ChatEndpoint

CANDIDATE = StreamCandidate(
    "one", "none", "0", StreamingConfig(max_new_tokens=2), instruction="Call {title}."
)
TASK = Task("a", "a", Path("a.mp4"), "the derby", 0.0, 9.0, "", (), "c0ffee")


def piece_of(candidate: StreamCandidate, previous: str = "Kick-off.") -> Piece:
    return Piece(candidate, TASK, 0, 0.0, 9.0, previous, seed=0)


def context(model: LoadedModel, layout: Layout) -> str:
    """What a stream holds after its first round, the pictures left out."""
    candidate = replace(CANDIDATE, layout=layout)
    stream, question = open_stream(model, candidate, piece_of(candidate))
    stream.step(np.zeros((2, 56, 56, 3), np.uint8), question=question)
    return model.chat.decode(stream.snapshot().token_ids.tolist())


@pytest.mark.parametrize("changed", [{"title": "the cup"}, {"checksum": "decaf"}])
def test_another_title_or_video_is_another_piece(changed: dict[str, str]) -> None:
    piece = piece_of(CANDIDATE)
    assert replace(piece, task=replace(TASK, **changed)).key != piece.key
    assert replace(piece, task=replace(TASK, path=Path("moved.mp4"))).key == piece.key


def test_our_models_are_told_in_turns_of_their_own(small_model: LoadedModel) -> None:
    told = context(small_model, "streaming")
    system, _, rest = told.partition("previous text\n")
    assert "Call the derby." in system
    assert rest.startswith("Kick-off.\nuser\nTime=0.0-1.0s\nassistant\n")


def test_livecc_is_told_behind_its_first_pictures(small_model: LoadedModel) -> None:
    told = context(small_model, "livecc")
    system, _, rest = told.partition("previous text\n")
    assert "Call" not in system
    asked = livecc_question(piece_of(replace(CANDIDATE, layout="livecc")))
    assert "Call the derby.\n" in asked
    assert "\n\nKick-off.\n\n" in asked
    assert rest.startswith(f"\nuser\nTime=0.0-1.0s{asked}\nassistant\n")


def video(path: Path, seconds: int) -> Path:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=10)
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
        picture = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), format="rgb24")
        for _ in range(10 * seconds):
            container.mux(stream.encode(picture))
        container.mux(stream.encode())
    return path


@pytest.mark.parametrize(("seconds", "end_s"), [(3, 3), (0, 0)])
def test_a_video_that_breaks_off_ends_its_own_stream_only(
    small_folder: Path, tmp_path: Path, seconds: int, end_s: int
) -> None:
    path = video(tmp_path / "broken.mp4", seconds) if seconds else tmp_path / "none.mp4"
    candidate = replace(CANDIDATE, model=str(small_folder))
    worker = Worker()
    try:
        speech = worker.do(replace(piece_of(candidate), task=replace(TASK, path=path)))
    finally:
        worker.close()
    assert speech.stopped is not None
    assert speech.stopped.startswith(f"ended at {end_s} s: ")
    assert path.name in speech.stopped
    assert all(line.end_s <= end_s for line in speech.lines)


def test_an_endpoint_is_not_asked_about_a_video_that_cannot_be_read(
    tmp_path: Path, chat_endpoint: ChatEndpoint
) -> None:
    candidate = EndpointCandidate("host", ChatConfig(chat_endpoint.url, "vision"))
    missing = replace(TASK, path=tmp_path / "none.mp4")
    worker = Worker()
    try:
        speech = worker.do(Piece(candidate, missing, 0, 0.0, 9.0, "", seed=0))
    finally:
        worker.close()
    assert speech.stopped is not None
    assert speech.stopped.startswith("not asked: ")
    assert not speech.lines
    assert not chat_endpoint.questions


def test_livecc_without_anything_to_tell_is_asked_to_describe() -> None:
    assert livecc_question(piece_of(replace(CANDIDATE, instruction=None), "")) == (
        "Please describe the video."
    )


@pytest.mark.parametrize(
    ("model", "layout"),
    [
        ("chenjoya/LiveCC-7B-Instruct", "livecc"),
        ("/models/livecc-7b-base", "livecc"),
        ("mit-han-lab/StreamingVLM", "streaming"),
        ("/livecc/Qwen2-VL-7B-Instruct", "streaming"),
    ],
)
def test_checkpoints_of_livecc_are_known_by_their_name(model: str, layout: Layout) -> None:
    assert layout_of(model) == layout
