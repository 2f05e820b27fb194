from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QPushButton

from app.capture.specs import MatchSpec, ScreenSpec
from app.session.state import SessionState
from app.settings.store import SettingsStore
from ui.features.welcome import WelcomeSettings
from ui.main_window import MainWindow
from ui.widgets.welcome_page import WelcomePage

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from tests.ui.scripted import Theatre


@pytest.fixture
def settings(tmp_path: Path) -> SettingsStore:
    """Those of a first start."""
    return SettingsStore(tmp_path / "settings.json")


def card(page: WelcomePage, words: str) -> QAbstractButton:
    """The button with these words on it."""
    (found,) = [button for button in page.findChildren(QPushButton) if words in button.text()]
    assert found.isVisible()
    return found


def test_the_first_start_gets_to_commentary_in_two_clicks(
    qtbot: QtBot, window: MainWindow, theatre: Theatre, settings: SettingsStore
) -> None:
    page = window.stage.findChild(WelcomePage)
    assert page is not None
    assert window.stage.is_inviting
    qtbot.mouseClick(card(page, "My screen"), Qt.MouseButton.LeftButton)
    qtbot.mouseClick(card(page, "St&art"), Qt.MouseButton.LeftButton)
    assert theatre.session.request.source == ScreenSpec()
    qtbot.waitUntil(lambda: window.commentary.state is SessionState.RUNNING, timeout=5000)
    assert settings.get(WelcomeSettings).is_done
    window.commentary.stop()
    qtbot.waitUntil(lambda: window.stage.is_inviting, timeout=5000)
    qtbot.waitUntil(lambda: window.stage.findChild(WelcomePage) is None, timeout=5000)


def test_without_a_choice_it_is_the_match(
    qtbot: QtBot, window: MainWindow, theatre: Theatre
) -> None:
    page = window.stage.findChild(WelcomePage)
    assert page is not None
    qtbot.mouseClick(card(page, "St&art"), Qt.MouseButton.LeftButton)
    assert theatre.session.request.source == MatchSpec(0)


def test_the_second_start_shows_no_welcome(
    qtbot: QtBot, theatre: Theatre, settings: SettingsStore
) -> None:
    settings.put(WelcomeSettings(is_done=True))
    window = MainWindow(theatre, settings)
    qtbot.addWidget(window)
    assert window.stage.findChild(WelcomePage) is None
