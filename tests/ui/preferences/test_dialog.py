from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QLabel, QScrollArea

from ui.preferences.dialog import PreferencesDialog
from ui.preferences.directory import PreferencesDirectory

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from ui.main_window import MainWindow

NARROW_PX = 640 - 16, 360 - 48  # a screen of 1280x720 pixels at 200 %, less the frame


@pytest.fixture
def directory() -> PreferencesDirectory:
    return PreferencesDirectory()


def test_a_page_is_made_when_it_is_first_looked_at_and_kept(
    qtbot: QtBot, directory: PreferencesDirectory
) -> None:
    made: list[str] = []

    def page(name: str) -> QLabel:
        made.append(name)
        return QLabel(name)

    for name in ("General", "Speech", "Models"):
        directory.add(name, "info", lambda name=name: page(name))
    dialog = PreferencesDialog(directory.entries)
    qtbot.addWidget(dialog)
    assert dialog.titles == ("General", "Speech", "Models")
    assert made == ["General"]
    for title in ("Models", "Speech", "Models"):
        dialog.show_page(title)
        assert isinstance(dialog.page, QLabel)
        assert dialog.page.text() == title
    assert made == ["General", "Models", "Speech"]


def test_pages_scroll_downwards_only_and_fit_a_magnified_screen(
    qtbot: QtBot, window: MainWindow
) -> None:
    window.deeds.by_key["preferences"].trigger()
    (dialog,) = window.findChildren(PreferencesDialog)
    dialog.resize(*NARROW_PX)
    for title in dialog.titles:
        dialog.show_page(title)
        qtbot.wait(20)  # laid out
        assert dialog.width() == NARROW_PX[0], title
        area = dialog.page.parentWidget().parentWidget()
        assert isinstance(area, QScrollArea)
        assert area.horizontalScrollBar().maximum() == 0, title
    dialog.close()
