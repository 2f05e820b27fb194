"""A checkpoint small enough to train in a test, and clips to train it on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import av
import numpy as np
import pytest

from engine.data.samples import QuestionAnswer, Sample, Word, write_samples
from engine.model import LoadedModel, load_model
from tests.engine.training.tiny import save_tiny

if TYPE_CHECKING:
    from pathlib import Path

SECONDS = 6
WORDS = ("Kick-off", "by", "the", "Falcons.", "Goal!", "2", "to", "1")


@pytest.fixture(scope="session")
def tiny_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A random Qwen2.5-VL checkpoint of some 100,000 weights."""
    return save_tiny(tmp_path_factory.mktemp("tiny"))


@pytest.fixture
def tiny(tiny_folder: Path) -> LoadedModel:
    return load_model(tiny_folder, device="cpu", dtype="float32")


@pytest.fixture(scope="session")
def video_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `game.mp4`, a moving square at 10 frames per second."""
    folder = tmp_path_factory.mktemp("videos")
    with av.open(str(folder / "game.mp4"), "w") as container:
        stream = container.add_stream("mpeg4", rate=10)
        stream.width, stream.height, stream.pix_fmt = 112, 84, "yuv420p"
        for number in range(10 * SECONDS + 5):
            pixels = np.full((84, 112, 3), (20, 120, 40), np.uint8)
            pixels[30:50, number : number + 20] = 250
            container.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        container.mux(stream.encode())
    return folder


@pytest.fixture(scope="session")
def samples_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eight training samples on `game.mp4`."""
    path = tmp_path_factory.mktemp("samples") / "train.jsonl"
    write_samples(path, [sample(number) for number in range(8)])
    return path


def sample(number: int) -> Sample:
    """A clip of three seconds with a word every half second and, if even, a question."""
    start = 0.5 * (number % 6)
    spoken = [
        Word(start + 0.5 * index, start + 0.5 * (index + 1), WORDS[(number + index) % len(WORDS)])
        for index in range(4)
    ]
    asked = (QuestionAnswer(None, start + 1.5, "Who leads?", "The Falcons."),)
    return Sample(
        video="game.mp4",
        video_start=start,
        video_end=start + 3,
        text="Call the play.",
        previous="Falcons in red." if number % 3 else "",
        text_stream=tuple(spoken),
        qa_stream=asked if number % 2 == 0 else (),
    )
