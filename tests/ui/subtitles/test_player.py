from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from app.session.messages import TextArrived
from app.subtitles.settings import Pacing, ReadingMode, SubtitleSettings
from tests.ui.scripted import ScriptedSession, spoken
from ui.subtitles.player import SubtitlePlayer

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

STEADY = SubtitleSettings(pacing=Pacing(mode=ReadingMode.STEADY, hold_s=1.0, reading_speed=60))
INSTANT = replace(STEADY, pacing=Pacing(mode=ReadingMode.INSTANT, hold_s=1.0))


@pytest.fixture
def player(request: pytest.FixtureRequest) -> SubtitlePlayer:
    settings: SubtitleSettings = getattr(request, "param", INSTANT)
    return SubtitlePlayer(settings, lambda text: len(text) <= 80)


def test_pieces_and_lines_make_one_text(player: SubtitlePlayer) -> None:
    player.take_text(TextArrived(0, " Kick"))
    player.take_text(TextArrived(0, " off"))
    assert player.view.text == "Kick"
    player.take_line(spoken(0, "Kick off"))
    player.take_line(spoken(1, "Pass."))  # came without pieces
    assert player.view.paragraphs == ("Kick off", "Pass.")


def test_text_goes_in_silence_by_itself(qtbot: QtBot, player: SubtitlePlayer) -> None:
    player.take_line(spoken(0, "Goal!"))
    assert not player.view.is_empty
    opacities: list[float] = []
    player.changed.connect(lambda: opacities.append(player.view.opacity))
    qtbot.waitUntil(lambda: player.view.is_empty, timeout=5000)
    fading = opacities[:-1]  # the last view is empty
    assert fading
    assert fading == sorted(fading, reverse=True)


@pytest.mark.parametrize("player", [STEADY], indirect=True)
def test_the_next_page_comes_by_itself(qtbot: QtBot, player: SubtitlePlayer) -> None:
    player.take_line(spoken(0, "One."))
    player.take_line(spoken(1, "Two."))
    assert player.view.text == "One."
    qtbot.waitUntil(lambda: player.view.text == "Two.", timeout=5000)


@pytest.mark.parametrize("player", [STEADY], indirect=True)
def test_jump_to_now_shows_the_newest(player: SubtitlePlayer) -> None:
    for i, text in enumerate(("One.", "Two.", "Three.")):
        player.take_line(spoken(i, text))
    player.jump_to_now()
    assert player.view.text == "Three."


def test_style_alone_leaves_the_text(player: SubtitlePlayer) -> None:
    player.take_line(spoken(0, "Goal!"))
    larger = replace(INSTANT, style=replace(INSTANT.style, size_pt=50))
    player.configure(larger, ReadingMode.INSTANT)
    assert player.view.text == "Goal!"
    player.configure(larger, ReadingMode.STEADY)
    assert player.view.is_empty


def test_a_new_session_begins_with_nothing(player: SubtitlePlayer) -> None:
    from app.capture.specs import MatchSpec
    from app.session.request import SessionRequest
    from ui.session_bridge import SessionBridge

    player.take_line(spoken(0, "Old."))
    bridge = SessionBridge(ScriptedSession(SessionRequest(MatchSpec(0))))
    player.follow(bridge)
    assert player.view.is_empty
    bridge.line_spoken.emit(spoken(0, "New."))
    assert player.view.text == "New."
