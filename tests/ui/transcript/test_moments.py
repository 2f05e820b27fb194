"""A moment of a file or match is shown again; of what was live, its key frame."""

from __future__ import annotations

import time
from contextlib import closing
from fractions import Fraction
from socket import create_server
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt

from tests.app.capture.videos import constant_times, number_of, write_video
from tests.app.transcripts.making import line
from ui.transcript.moment_window import MomentWindow

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from PySide6.QtGui import QImage
    from pytestqt.qtbot import QtBot

    from app.capture.base import Image

LINES = tuple(line(index, f"Line {index}.") for index in range(9))


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten seconds; frame N is shown from N / 10 s on."""
    path = tmp_path_factory.mktemp("video") / "numbers.mp4"
    return write_video(path, constant_times(Fraction(10), 10), rate=10)


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MomentWindow]:
    window = MomentWindow()
    qtbot.addWidget(window)
    yield window
    window.close()


def pixels(image: QImage) -> Image:
    """The picture as an array."""
    import numpy as np

    rgb = image.convertToFormat(image.Format.Format_RGB888)
    rows = np.frombuffer(rgb.constBits(), np.uint8).reshape(rgb.height(), -1)
    return rows[:, : rgb.width() * 3].reshape(rgb.height(), rgb.width(), 3)


def shown_number(window: MomentWindow) -> int:
    """Which frame is shown; -1 while none is."""
    image = window.player.video.image
    return -1 if image.isNull() else number_of(pixels(image))


def test_a_file_is_shown_at_the_moment_of_the_line(
    qtbot: QtBot, window: MomentWindow, video: Path
) -> None:
    window.show_moment(str(video), LINES, 6, None)
    qtbot.waitUntil(lambda: shown_number(window) == 60, timeout=10_000)
    assert window.player.caption.text() == "Line 6."
    window.show_moment(str(video), LINES, 2, None)
    qtbot.waitUntil(lambda: shown_number(window) == 20, timeout=10_000)
    assert window.player.slider.maximum() == 100 or window.player.slider.maximum() == 140


def test_it_plays_on_with_its_lines_and_ends(
    qtbot: QtBot, window: MomentWindow, video: Path
) -> None:
    player = window.player
    window.show_moment(str(video), LINES, 8, None)
    qtbot.waitUntil(lambda: shown_number(window) == 80, timeout=10_000)
    qtbot.mouseClick(player.play_button, Qt.MouseButton.LeftButton)
    assert player.is_playing
    qtbot.waitUntil(lambda: shown_number(window) >= 85, timeout=10_000)
    player.seek(player.slider.maximum() / 10 - 0.1)
    qtbot.waitUntil(lambda: not player.is_playing, timeout=10_000)
    assert player.time_s == player.slider.maximum() / 10


def test_play_at_the_end_begins_anew(qtbot: QtBot, window: MomentWindow, video: Path) -> None:
    player = window.player
    window.show_moment(str(video), LINES, 8, None)
    player.slider.setValue(player.slider.maximum())
    qtbot.mouseClick(player.play_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: 0 < player.time_s < 8, timeout=10_000)
    assert player.is_playing


def test_a_server_that_does_not_answer_keeps_nobody_waiting(window: MomentWindow) -> None:
    with closing(create_server(("127.0.0.1", 0))) as server:
        port = server.getsockname()[1]
        window.show_moment(f"http://127.0.0.1:{port}/game.mp4", LINES, 0, None)
        connection, _ = server.accept()
        with closing(connection):
            start_s = time.monotonic()
            window.player.release()
            assert time.monotonic() - start_s < 0.5
    window.player.wait()


def test_the_slider_moves_in_time(qtbot: QtBot, window: MomentWindow, video: Path) -> None:
    window.show_moment(str(video), LINES, 0, None)
    qtbot.waitUntil(lambda: shown_number(window) == 0, timeout=10_000)
    window.player.slider.setValue(35)
    qtbot.waitUntil(lambda: shown_number(window) == 35, timeout=10_000)
    assert window.player.caption.text() == "Line 3."


def test_the_match_can_be_looked_at_again(qtbot: QtBot, window: MomentWindow) -> None:
    window.show_moment("match:3", LINES, 5, None)
    qtbot.waitUntil(lambda: not window.player.video.image.isNull(), timeout=10_000)
    assert window.player.message.isHidden()


@pytest.mark.parametrize(
    ("source", "reason"), [("screen", "was live"), ("/films/gone.mp4", "no file")]
)
def test_what_is_gone_leaves_its_key_frame_and_a_reason(
    qtbot: QtBot, window: MomentWindow, tmp_path: Path, source: str, reason: str
) -> None:
    from PySide6.QtGui import QImage

    picture = tmp_path / "frame.png"
    image = QImage(32, 18, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.darkGreen)
    image.save(str(picture))
    window.show_moment(source, LINES, 1, picture)
    qtbot.waitUntil(window.player.message.isVisible, timeout=10_000)
    assert reason in window.player.message.text()
    assert window.player.video.image.size() == image.size()
    assert not window.player.slider.isVisible()


def test_closing_gives_the_file_back_and_opening_again_works(
    qtbot: QtBot, window: MomentWindow, video: Path
) -> None:
    window.show_moment(str(video), LINES, 1, None)
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert not window.isVisible()
    window.show_moment(str(video), LINES, 4, None)
    qtbot.waitUntil(lambda: shown_number(window) == 40, timeout=10_000)
