"""Speech in the window, with the real engine, process and sound server."""

from __future__ import annotations

import os
import signal
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton

from app.speech.events import SkipReason
from app.speech.hosting import BROKE_OFF
from app.speech.outputs import NO_OUTPUT
from app.speech.settings import SpeechSettings
from tests.ui.event_loop import LoopProbe
from tests.ui.scripted import run, spoken
from ui.preferences.dialog import PreferencesDialog
from ui.preferences.speech_page import SpeechPage

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from app.settings.store import SettingsStore
    from tests.support.sound import SoundServer
    from tests.ui.scripted import Theatre
    from ui.main_window import MainWindow

TIMEOUT_MS = 15000
BUDGET_S = 0.05
LONG = "and on and on along a long lawn a lone lion wanders on and on along a long lawn alone"


def mute_button(window: MainWindow) -> QToolButton:
    (found,) = [
        button
        for button in window.centralWidget().findChildren(QToolButton)
        if button.defaultAction() is window.deeds.mute
    ]
    return found


def cut_off(qtbot: QtBot, window: MainWindow, theatre: Theatre, *, by: Callable[[], None]) -> None:
    """Say a long line and see that `by` ends it."""
    with qtbot.waitSignal(window.speech.started, timeout=TIMEOUT_MS):
        theatre.session.say(spoken(0, LONG))
    with qtbot.waitSignal(window.speech.finished, timeout=TIMEOUT_MS) as finished:
        by()
    assert not finished.args[0].is_complete


@pytest.fixture
def speaking(qtbot: QtBot, window: MainWindow) -> MainWindow:
    """A window whose session runs, and which speaks: its process is up."""
    run(window, qtbot)
    with qtbot.waitSignal(window.speech.stock_taken, timeout=TIMEOUT_MS):
        window.deeds.mute.trigger()
        window.speech.take_stock()
    return window


def test_lines_are_heard_from_the_switch_on_until_the_switch_off(
    qtbot: QtBot, sound_server: SoundServer, speaking: MainWindow, theatre: Theatre
) -> None:
    assert speaking.deeds.mute.iconText() == "Mute speech"
    with sound_server.record() as recording:
        with qtbot.waitSignal(speaking.speech.started, timeout=TIMEOUT_MS):
            theatre.session.say(spoken(0, LONG))
        begun_s = recording.now_s
        qtbot.waitUntil(lambda: recording.now_s > begun_s + 1.0, timeout=TIMEOUT_MS)
        with qtbot.waitSignal(speaking.speech.finished, timeout=TIMEOUT_MS) as finished:
            qtbot.mouseClick(mute_button(speaking), Qt.MouseButton.LeftButton)
    assert recording.loudness > 0.02
    assert not finished.args[0].is_complete
    assert speaking.deeds.mute.iconText() == "Speak aloud"


def test_the_stop_button_and_a_new_session_silence_the_old_one(
    qtbot: QtBot, sound_server: SoundServer, speaking: MainWindow, theatre: Theatre
) -> None:
    del sound_server
    cut_off(qtbot, speaking, theatre, by=speaking.deeds.stop.trigger)
    qtbot.waitUntil(speaking.deeds.start.isEnabled, timeout=TIMEOUT_MS)
    run(speaking, qtbot)
    cut_off(qtbot, speaking, theatre, by=speaking.start)
    assert len(theatre.sessions) == 3


def test_lines_that_wait_too_long_are_marked_in_the_transcript(
    qtbot: QtBot,
    sound_server: SoundServer,
    speaking: MainWindow,
    theatre: Theatre,
    settings: SettingsStore,
) -> None:
    del sound_server
    settings.put(replace(settings.get(SpeechSettings), fresh_s=1.0))
    with qtbot.waitSignal(speaking.speech.skipped, timeout=TIMEOUT_MS) as skipped:
        theatre.session.say(spoken(0, LONG))
        theatre.session.say(spoken(1, "Too late."))
    assert skipped.args[0].reason is SkipReason.STALE
    assert [speaking.transcript.is_unspoken(row) for row in (0, 1)] == [False, True]


def test_without_an_output_the_person_is_told_and_subtitles_go_on(
    qtbot: QtBot,
    window: MainWindow,
    theatre: Theatre,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("XDG_RUNTIME_DIR", "HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    run(window, qtbot)
    window.deeds.mute.trigger()
    qtbot.waitUntil(lambda: window.notice.text == NO_OUTPUT, timeout=TIMEOUT_MS)
    assert window.notice.action is not None
    window.notice.action.trigger()
    dialog = window.findChild(PreferencesDialog)
    assert dialog is not None
    assert isinstance(dialog.page, SpeechPage)
    dialog.close()
    theatre.session.say(spoken(0, "Still here."))
    qtbot.waitUntil(lambda: "Still here." in window.stage.subtitle.text, timeout=TIMEOUT_MS)


def test_the_window_never_waits_for_speech(
    qtbot: QtBot, sound_server: SoundServer, speaking: MainWindow, theatre: Theatre
) -> None:
    del sound_server
    probe = LoopProbe()
    probe.start()
    with qtbot.waitSignal(speaking.speech.finished, timeout=TIMEOUT_MS):
        theatre.session.say(spoken(0, "Number seven shoots."))
    process_id = speaking.speech.process_id
    assert process_id is not None
    os.kill(process_id, signal.SIGKILL)
    qtbot.waitUntil(lambda: speaking.notice.text == BROKE_OFF, timeout=TIMEOUT_MS)
    with qtbot.waitSignal(speaking.speech.finished, timeout=TIMEOUT_MS):
        theatre.session.say(spoken(1, "Number eight shoots."))
    speaking.deeds.mute.trigger()
    speaking.deeds.mute.trigger()
    probe.stop()
    assert probe.longest_s < BUDGET_S
