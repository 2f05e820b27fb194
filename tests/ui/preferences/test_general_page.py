from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QPalette

from app.settings.appearance import AppearanceSettings, ThemeChoice
from app.settings.store import SettingsStore
from ui.preferences.general_page import GeneralPage
from ui.theme import DARK, LIGHT, ThemeFollower

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot


def test_a_choice_is_kept_at_once_and_shown_again(qtbot: QtBot, settings: SettingsStore) -> None:
    page = GeneralPage(settings)
    qtbot.addWidget(page)
    page.theme.setCurrentIndex(page.theme.findText("Dark"))
    page.language.setCurrentIndex(page.language.findData("en"))
    page.tray.setChecked(False)
    kept = SettingsStore(settings.path).get(AppearanceSettings)
    assert kept == AppearanceSettings(ThemeChoice.DARK, "en", has_tray_icon=False)
    again = GeneralPage(settings)
    qtbot.addWidget(again)
    assert (again.theme.currentText(), again.language.currentData()) == ("Dark", "en")


def test_the_application_takes_the_chosen_colours(application: QApplication) -> None:
    follower = ThemeFollower(application)
    for choice, theme in ((ThemeChoice.DARK, DARK), (ThemeChoice.LIGHT, LIGHT)):
        follower.choose(choice)
        assert application.palette().color(QPalette.ColorRole.Window).name() == theme.window
    follower.deleteLater()
