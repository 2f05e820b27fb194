"""Both commentaries run under the moving picture, nobody can tell whose they are, votes last."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from engine.evaluation.compare.comparison import Comparison
from tests.app.capture.videos import number_of
from tests.ui.compare.making import write_comparison
from tests.ui.test_reachable import complaints
from tests.ui.transcript.test_moments import pixels
from ui.compare.window import CompareWindow

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot


@pytest.fixture
def comparison(tmp_path: Path) -> Iterator[Comparison]:
    with Comparison(write_comparison(tmp_path)) as comparison:
        yield comparison


@pytest.fixture
def window(qtbot: QtBot, comparison: Comparison) -> Iterator[CompareWindow]:
    window = CompareWindow(comparison)
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    yield window
    window.close()


def shown_number(window: CompareWindow) -> int:
    image = window.player.video.image
    return -1 if image.isNull() else number_of(pixels(image))


def captions(window: CompareWindow) -> list[str]:
    return [caption.text() for caption in window.player.captions]


def prefer_good(window: CompareWindow) -> None:
    """Vote for what says that it is good, wherever it is shown."""
    is_first = window.texts[0].toPlainText().startswith("good")
    QTest.keyClick(window, Qt.Key.Key_1 if is_first else Qt.Key.Key_2)


def test_the_picture_moves_and_pauses_and_stays_within_the_stretch(
    qtbot: QtBot, window: CompareWindow
) -> None:
    qtbot.waitUntil(lambda: shown_number(window) >= 3, timeout=10_000)
    qtbot.mouseClick(window.player.play_button, Qt.MouseButton.LeftButton)
    assert not window.player.is_playing
    stopped_s = window.player.time_s
    qtbot.mouseClick(window.player.play_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.player.time_s > stopped_s + 0.3, timeout=10_000)
    window.player.seek(3.8)
    qtbot.waitUntil(lambda: not window.player.is_playing, timeout=10_000)
    assert window.player.time_s == 4.0
    assert (window.player.slider.minimum(), window.player.slider.maximum()) == (0, 40)


def test_both_commentaries_are_in_step_with_the_picture(
    qtbot: QtBot, window: CompareWindow
) -> None:
    stretch = window.stretch
    assert stretch is not None
    window.player.pause()
    window.player.slider.setValue(25)
    qtbot.waitUntil(lambda: shown_number(window) == 25, timeout=10_000)
    names = ("bad", "good") if stretch.swapped else ("good", "bad")
    assert captions(window) == [f"1:  {names[0]}-2", f"2:  {names[1]}-2"]
    assert [box.toPlainText() for box in window.texts] == list(stretch.shown)


def test_votes_are_kept_at_once_and_the_result_comes_last(
    window: CompareWindow, tmp_path: Path
) -> None:
    for judged in range(1, 4):
        assert not window.result.text()
        prefer_good(window)
        votes = [json.loads(line) for line in (tmp_path / "votes.jsonl").read_text().splitlines()]
        assert [vote["outcome"] for vote in votes] == ["win"] * judged
    assert window.stretch is None
    assert window.result.isVisible()
    assert "A was preferred in 100.0 % of 3 decided" in window.result.text()


def test_space_after_a_vote_plays_and_does_not_vote_again(window: CompareWindow) -> None:
    QTest.mouseClick(window.buttons["tie"], Qt.MouseButton.LeftButton)
    second = window.stretch
    was_playing = window.player.is_playing
    QTest.keyClick(window.focusWidget() or window, Qt.Key.Key_Space)
    assert window.stretch is second
    assert window.player.is_playing is not was_playing


def test_leaving_early_keeps_what_was_judged(
    qtbot: QtBot, window: CompareWindow, comparison: Comparison
) -> None:
    QTest.keyClick(window, Qt.Key.Key_Equal)
    QTest.keyClick(window, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=5000)
    assert len(comparison.left()) == 2
    again = CompareWindow(comparison)
    qtbot.addWidget(again)
    assert again.stretch == comparison.stretches[1]
    again.close()


def test_a_file_that_is_no_video_can_be_judged_by_its_texts(qtbot: QtBot, tmp_path: Path) -> None:
    settings = write_comparison(tmp_path)
    settings.video.write_text("no video")
    with Comparison(settings) as comparison:
        window = CompareWindow(comparison)
        qtbot.addWidget(window)
        window.show()
        qtbot.waitUntil(window.player.message.isVisible, timeout=10_000)
        assert "v.mp4" in window.player.message.text()
        assert all(box.toPlainText() for box in window.texts)
        window.close()


def test_it_fits_onto_a_small_magnified_screen(window: CompareWindow) -> None:
    least = window.minimumSizeHint()
    assert least.width() <= 1280 / 2
    assert least.height() <= 720 / 2 - 48  # the desktop's frame


def test_everything_has_a_name_and_is_reached_by_the_keyboard(window: CompareWindow) -> None:
    assert complaints(window) == []
