from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt

from engine.match import MatchStream
from ui.match_window import MatchWindow

if TYPE_CHECKING:
    from PySide6.QtGui import QImage
    from pytestqt.qtbot import QtBot

SEED = 4
STEERED = 0  # the player whom `MatchStream.steer` moves


@pytest.fixture
def window(qtbot: QtBot) -> MatchWindow:
    window = MatchWindow(SEED, scale=1.5, is_bare=True)
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    window.setFocus()
    return window


def test_it_plays_the_match_of_its_seed(window: MatchWindow) -> None:
    assert window.match.introduction == MatchStream(SEED).introduction
    assert (window.width(), window.height()) == (252, 168)


def test_the_picture_moves(qtbot: QtBot, window: MatchWindow) -> None:
    def picture() -> QImage:
        return window.view.image

    first = picture()
    qtbot.waitUntil(lambda: picture() != first, timeout=5000)


def test_it_says_where_its_picture_is(qtbot: QtBot, window: MatchWindow) -> None:
    with qtbot.waitSignal(window.placed, timeout=5000) as placed:
        window.move(40, 30)
    assert placed.args is not None
    (region,) = placed.args
    assert str(region) == "40,30,252,168"


def test_arrow_keys_take_a_player_over(qtbot: QtBot, window: MatchWindow) -> None:
    def player_y() -> float:
        return window.match.scene_at(window.time_s).players[STEERED][1]

    qtbot.keyPress(window, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: player_y() > 30, timeout=20_000)
    qtbot.keyRelease(window, Qt.Key.Key_Down)
    qtbot.keyPress(window, Qt.Key.Key_Up)
    qtbot.waitUntil(lambda: player_y() < 15, timeout=20_000)
    qtbot.keyRelease(window, Qt.Key.Key_Up)
