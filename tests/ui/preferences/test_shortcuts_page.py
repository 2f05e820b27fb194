from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QPushButton

from app.settings.shortcuts import Binding, ShortcutSettings
from app.settings.store import SettingsStore
from ui.actions import Actions
from ui.global_keys import why_impossible
from ui.main_window import MainWindow
from ui.preferences.shortcuts_page import ShortcutsPage

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication, QKeySequenceEdit
    from pytestqt.qtbot import QtBot

    from tests.ui.scripted import Theatre


@pytest.fixture
def page(qtbot: QtBot, application: QApplication, settings: SettingsStore) -> ShortcutsPage:
    page = ShortcutsPage(settings, Actions(application), None)
    qtbot.addWidget(page)
    return page


def type_keys(edit: QKeySequenceEdit, keys: str) -> None:
    """What a person does: presses the keys and waits a moment."""
    edit.setKeySequence(QKeySequence(keys))
    edit.editingFinished.emit()


def shown(edit: QKeySequenceEdit) -> str:
    return edit.keySequence().toString(QKeySequence.SequenceFormat.PortableText)


def test_new_keys_are_kept_at_once(page: ShortcutsPage, settings: SettingsStore) -> None:
    type_keys(page.window_edits["mute"], "Ctrl+Shift+U")
    kept = SettingsStore(settings.path).get(ShortcutSettings)
    assert kept.window == (Binding("mute", "Ctrl+Shift+U"),)
    type_keys(page.window_edits["mute"], "Ctrl+U")  # its own again
    assert settings.get(ShortcutSettings) == ShortcutSettings()


def test_keys_given_twice_are_taken_from_the_first_and_it_is_said(
    qtbot: QtBot, page: ShortcutsPage, settings: SettingsStore
) -> None:
    type_keys(page.window_edits["mute"], "F5")
    assert shown(page.window_edits["start"]) == ""
    assert page.message.text() == "F5 was taken from “Start”."
    qtbot.mouseClick(page.undo, Qt.MouseButton.LeftButton)
    assert shown(page.window_edits["start"]) == "F5"
    assert shown(page.window_edits["mute"]) == "Ctrl+U"
    assert settings.get(ShortcutSettings) == ShortcutSettings()


def test_restoring_all_can_be_undone(
    qtbot: QtBot, page: ShortcutsPage, settings: SettingsStore
) -> None:
    assert not page.restore.isEnabled()
    type_keys(page.window_edits["mute"], "")
    page.has_global.setChecked(True)
    mine = settings.get(ShortcutSettings)
    qtbot.mouseClick(page.restore, Qt.MouseButton.LeftButton)
    assert settings.get(ShortcutSettings) == ShortcutSettings()
    assert not page.has_global.isChecked()
    qtbot.mouseClick(page.undo, Qt.MouseButton.LeftButton)
    assert settings.get(ShortcutSettings) == mine
    assert page.has_global.isChecked()


def test_a_plain_key_is_refused_everywhere(page: ShortcutsPage, settings: SettingsStore) -> None:
    type_keys(page.global_edits["mute"], "M")
    assert "other programs need the key" in page.message.text()
    assert shown(page.global_edits["mute"]) == "Ctrl+Alt+Shift+M"
    type_keys(page.global_edits["mute"], "Ctrl+Alt+U")
    assert Binding("mute", "Ctrl+Alt+U") in settings.get(ShortcutSettings).everywhere


def test_without_global_shortcuts_the_page_says_why(
    qtbot: QtBot, application: QApplication, settings: SettingsStore
) -> None:
    assert {why_impossible(platform, {}) for platform in ("xcb", "windows", "cocoa")} == {None}
    reason = why_impossible("wayland-egl", {})
    assert reason is not None
    assert "Wayland" in reason
    assert why_impossible("offscreen", {}) != reason
    on_wayland = {"WAYLAND_DISPLAY": "wayland-0", "DISPLAY": ":0"}
    assert why_impossible("xcb", on_wayland) == reason
    page = ShortcutsPage(settings, Actions(application), reason)
    qtbot.addWidget(page)
    assert not page.global_edits
    assert not page.has_global.isVisibleTo(page)


def test_the_window_follows_and_the_old_keys_do_nothing(
    window: MainWindow, settings: SettingsStore
) -> None:
    settings.put(ShortcutSettings(window=(Binding("start", "Ctrl+R"),)))
    assert window.deeds.start.shortcut().toString() == "Ctrl+R"
    tips = [button.toolTip() for button in window.findChildren(QPushButton)]
    assert any("Ctrl+R" in tip for tip in tips)
    settings.put(ShortcutSettings())
    assert window.deeds.start.shortcut().toString() == "F5"


@pytest.mark.parametrize("platform", ["linux", "darwin"])
def test_no_two_actions_begin_with_the_same_keys(
    qtbot: QtBot,
    theatre: Theatre,
    settings: SettingsStore,
    monkeypatch: pytest.MonkeyPatch,
    platform: str,
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("sys.platform", platform)
        window = MainWindow(theatre, settings)
    qtbot.addWidget(window)
    deeds = window.deeds
    keys = [deeds.default_keys(key) for key in deeds.by_key if deeds.default_keys(key)]
    assert sorted(set(keys)) == sorted(keys)
    if platform == "darwin":  # where these hide and minimise
        assert not {"Ctrl+H", "Ctrl+M"} & set(keys)
