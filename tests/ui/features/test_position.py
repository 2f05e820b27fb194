from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from app.capture.specs import MatchSpec
from app.session.messages import FrameShown, SourceOpened
from tests.ui.scripted import INFO, picture
from ui.features.position import PositionFeature

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from tests.ui.scripted import Theatre
    from ui.main_window import MainWindow


def test_a_file_says_where_it_is_and_a_live_source_nothing(
    qtbot: QtBot, window: MainWindow, theatre: Theatre
) -> None:
    (feature,) = [found for found in window.features if isinstance(found, PositionFeature)]
    window.watch(MatchSpec(0))
    theatre.session.say(picture())
    qtbot.waitUntil(window.stage.video.isVisible, timeout=5000)
    assert feature.label.text() == ""
    theatre.session.say(SourceOpened(replace(INFO, duration_s=90.0)))
    theatre.session.say(FrameShown(picture().image, 65.2))
    qtbot.waitUntil(lambda: "1:05 of 1:30" in feature.label.text(), timeout=5000)
    theatre.session.stop()
    qtbot.waitUntil(lambda: not feature.label.text(), timeout=5000)
