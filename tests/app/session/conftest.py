"""What tests of sessions share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.app.capture.videos import constant_times, write_video
from tests.app.session.scripted import ScriptedCommentators

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six seconds at 10 frames a second, each with its number."""
    path = tmp_path_factory.mktemp("video") / "clip.mp4"
    return write_video(path, constant_times(10, 6.0), rate=10)


@pytest.fixture
def script() -> Iterator[ScriptedCommentators]:
    """The scripted model; whatever waits for it is let go at the end."""
    commentators = ScriptedCommentators()
    yield commentators
    commentators.gate.set()
    commentators.load_gate.set()
