from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QLabel

from ui.preferences.dialog import PreferencesDialog
from ui.preferences.directory import PreferencesDirectory

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


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
