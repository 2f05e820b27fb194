"""Which parts of the window are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication

from app.settings.store import SettingsStore
from ui.main_window import MainWindow

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from tests.ui.scripted import Theatre


def test_on_a_narrow_screen_one_panel_gives_way_to_the_other(window: MainWindow) -> None:
    assert QGuiApplication.primaryScreen().availableSize().width() < 860  # Qt's offscreen one
    for shown, other in (
        (window.deeds.show_side, window.deeds.show_sources),
        (window.deeds.show_sources, window.deeds.show_side),
    ):
        shown.setChecked(True)
        assert shown.isChecked()
        assert not other.isChecked()


def test_full_screen_leaves_a_maximised_window_maximised(window: MainWindow) -> None:
    window.showMaximized()
    window.deeds.full_screen.trigger()
    assert window.isFullScreen()
    window.deeds.full_screen.trigger()
    assert not window.isFullScreen()
    assert window.isMaximized()


def test_the_action_follows_what_others_do_to_the_window(window: MainWindow) -> None:
    window.showFullScreen()
    assert window.deeds.full_screen.isChecked()
    window.showNormal()
    assert not window.deeds.full_screen.isChecked()


def test_a_window_that_opens_in_full_screen_can_leave_it(
    qtbot: QtBot, window: MainWindow, theatre: Theatre, settings: SettingsStore
) -> None:
    window.deeds.full_screen.trigger()
    window.close()
    second = MainWindow(theatre, SettingsStore(settings.path))
    with qtbot.waitExposed(second):
        second.show()
    assert second.isFullScreen()
    assert second.deeds.full_screen.isChecked()
    second.deeds.full_screen.trigger()
    assert not second.isFullScreen()
    second.close()
    second.deleteLater()
