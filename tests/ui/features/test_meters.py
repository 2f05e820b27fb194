"""Meters and governor in the window."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from app.governor.effort import Effort, Saving
from app.governor.settings import GovernorSettings
from app.session.messages import EffortChanged, LineSpoken, TextArrived
from app.speech.events import SpeechStarted
from app.transcripts.line import TranscriptLine
from engine.config import StreamingConfig
from tests.ui.meters.test_panel import meters
from tests.ui.scripted import run
from ui.meters.panel import MetersPanel

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from app.settings.store import SettingsStore
    from tests.ui.scripted import Theatre
    from ui.main_window import MainWindow

FULL = Effort.of(StreamingConfig())

pytestmark = pytest.mark.usefixtures("numbers")


@pytest.fixture
def panel(window: MainWindow) -> MetersPanel:
    found = window.side.findChild(MetersPanel)
    assert found is not None
    window.deeds.show_side.setChecked(True)  # a narrow screen starts without
    return found


def test_a_line_is_followed_from_the_picture_to_the_sound(
    qtbot: QtBot, window: MainWindow, theatre: Theatre, panel: MetersPanel
) -> None:
    window.side.show_tab(panel)
    run(window, qtbot)
    captured_at = time.time() - 0.7
    line = TranscriptLine(0, 0.0, 1.0, "Goal.", captured_at)
    for message in (TextArrived(0, "Goal."), LineSpoken(line), meters()):
        theatre.session.say(message)
    qtbot.waitUntil(lambda: len(panel.lines.rows) == 1, timeout=5000)
    window.speech.started.emit(SpeechStarted(line, captured_at + 2.0))
    qtbot.waitUntil(lambda: panel.lines.rows[0][2] == "+2.0 s", timeout=5000)
    shown = float(panel.lines.rows[0][1].strip("+ s"))
    assert 0.7 <= shown < 5
    assert panel.frames.numbers == ("1240", "1200", "30")


def test_plots_come_once_somebody_looks(
    qtbot: QtBot, window: MainWindow, panel: MetersPanel
) -> None:
    assert panel.lateness_plot is None
    window.side.show_tab(panel)
    qtbot.waitUntil(lambda: panel.stage_plot is not None, timeout=60_000)


def test_a_step_of_the_governor_is_said_in_notice_and_panel(
    qtbot: QtBot, window: MainWindow, theatre: Theatre, panel: MetersPanel
) -> None:
    run(window, qtbot)
    theatre.session.say(EffortChanged(1, 7, True, Saving.FRAMES, FULL, 1.4))
    qtbot.waitUntil(lambda: "rounds take 140 %" in window.notice.text, timeout=5000)
    assert "Step 1 of 7." in panel.governor.state_text


def test_the_switch_is_kept_goes_with_the_start_and_to_the_run(
    qtbot: QtBot,
    window: MainWindow,
    theatre: Theatre,
    panel: MetersPanel,
    settings: SettingsStore,
) -> None:
    assert panel.governor.switch.isChecked()
    panel.governor.switch.click()
    assert settings.get(GovernorSettings) == GovernorSettings(is_on=False)
    run(window, qtbot)
    assert not theatre.session.request.is_governed
    panel.governor.switch.click()
    assert theatre.session.wishes[-1] == "governed True"


def test_the_static_saver_is_kept_and_goes_with_the_start(
    qtbot: QtBot,
    window: MainWindow,
    theatre: Theatre,
    panel: MetersPanel,
    settings: SettingsStore,
) -> None:
    panel.governor.saver.click()
    panel.governor.switch.click()
    assert settings.get(GovernorSettings) == GovernorSettings(is_on=False, skips_unchanged=True)
    run(window, qtbot)
    assert theatre.session.request.streaming.static_saver == "on"
