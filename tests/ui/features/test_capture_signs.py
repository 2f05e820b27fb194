from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QSystemTrayIcon

from app.session.messages import SessionFailed, StateChanged
from app.session.state import SessionState
from tests.ui.scripted import INFO, run
from ui.widgets.capture_badge import AMBER, RED, CaptureBadge

if TYPE_CHECKING:
    from PySide6.QtGui import QColor
    from pytestqt.qtbot import QtBot

    from tests.ui.scripted import Theatre
    from ui.main_window import MainWindow


@pytest.fixture
def badge(window: MainWindow) -> CaptureBadge:
    found = window.stage.findChild(CaptureBadge)
    assert found is not None
    return found


@pytest.fixture
def tray(window: MainWindow) -> QSystemTrayIcon:
    found = window.findChild(QSystemTrayIcon)
    assert found is not None
    return found


def has_colour(tray: QSystemTrayIcon, colour: QColor) -> bool:
    """Whether the middle of the dot is of this colour."""
    image = tray.icon().pixmap(48, 48).toImage()
    return image.pixelColor(int(image.width() * 0.76), int(image.height() * 0.76)) == colour


def test_every_sign_says_that_a_source_is_captured_for_as_long_as_it_is(
    qtbot: QtBot, window: MainWindow, badge: CaptureBadge, tray: QSystemTrayIcon
) -> None:
    assert not badge.isVisible()
    assert not has_colour(tray, RED)
    run(window, qtbot)
    assert badge.isVisible()
    assert badge.accessibleName() == f"Watching: {INFO.label}"
    assert window.windowTitle() == f"● {INFO.label} — Kibitz"
    assert has_colour(tray, RED)
    assert INFO.label in tray.toolTip()
    window.deeds.pause.trigger()
    qtbot.waitUntil(lambda: badge.accessibleName().startswith("Paused"), timeout=5000)
    assert window.windowTitle().startswith("Paused: ")
    assert has_colour(tray, AMBER)
    window.commentary.stop()
    qtbot.waitUntil(lambda: not badge.isVisible(), timeout=5000)
    assert window.windowTitle() == "Kibitz"
    assert tray.toolTip() == "Kibitz watches nothing"


def test_a_failure_ends_the_signs(
    qtbot: QtBot, window: MainWindow, theatre: Theatre, badge: CaptureBadge
) -> None:
    run(window, qtbot)
    theatre.session.say(StateChanged(SessionState.FAILED))
    theatre.session.say(SessionFailed("The camera was unplugged."))
    theatre.session.end()
    qtbot.waitUntil(lambda: not badge.isVisible(), timeout=5000)
    assert window.windowTitle() == "Kibitz"


def test_the_tray_menu_commands_the_session(
    qtbot: QtBot, window: MainWindow, theatre: Theatre, tray: QSystemTrayIcon
) -> None:
    entries = {action.iconText(): action for action in tray.contextMenu().actions()}
    assert {"Start", "Pause", "Stop", "Speak aloud", "Subtitle overlay", "Quit"} <= set(entries)
    entries["Start"].trigger()
    qtbot.waitUntil(lambda: window.commentary.state is SessionState.RUNNING, timeout=5000)
    entries["Pause"].trigger()
    qtbot.waitUntil(lambda: window.commentary.state is SessionState.PAUSED, timeout=5000)
    entries["Stop"].trigger()
    qtbot.waitUntil(lambda: not window.commentary.is_active, timeout=5000)
    assert theatre.session.wishes == ["start", "pause", "stop"]


def test_a_click_on_the_tray_brings_a_minimised_window_back(
    window: MainWindow, tray: QSystemTrayIcon
) -> None:
    window.showMinimized()
    tray.activated.emit(QSystemTrayIcon.ActivationReason.Trigger)
    assert window.isVisible()
    assert not window.isMinimized()


def test_on_macos_a_click_on_the_tray_only_opens_the_menu(
    window: MainWindow, tray: QSystemTrayIcon, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.showMinimized()
    monkeypatch.setattr("sys.platform", "darwin")
    tray.activated.emit(QSystemTrayIcon.ActivationReason.Trigger)
    assert window.isMinimized()
