"""Every control of every page has a name for screen readers and is reached by the keyboard."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QHeaderView,
    QKeySequenceEdit,
    QLineEdit,
    QMessageBox,
    QScrollBar,
    QStackedWidget,
    QTabBar,
    QTabWidget,
    QTextEdit,
    QWidget,
)

from app.settings.store import SettingsStore
from ui.features.welcome import WelcomeSettings
from ui.help_viewer import HelpViewer
from ui.history.window import HistoryWindow
from ui.match_window import MatchWindow
from ui.models.window import ModelsWindow
from ui.preferences.dialog import PreferencesDialog

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from ui.main_window import MainWindow

W = TypeVar("W", bound=QWidget)

CONTROLS = (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QKeySequenceEdit,
    QLineEdit,
    QTabBar,
    QTextEdit,
)
COMPOUND = (QAbstractSpinBox, QComboBox, QKeySequenceEdit)  # whose parts need no names


def controls(root: QWidget) -> list[QWidget]:
    """What a person can use in `root`, on pages behind others, too; not the parts Qt is made of."""
    return [
        widget
        for widget in root.findChildren(QWidget)
        if isinstance(widget, CONTROLS)
        and not isinstance(widget, QHeaderView | QScrollBar)
        and not any(isinstance(above, COMPOUND) for above in ancestors(widget))
        and not widget.objectName().startswith("qt_")
        and (not widget.isHidden() or isinstance(widget.parent(), QStackedWidget))
    ]


def ancestors(widget: QWidget) -> Iterable[QWidget]:
    above = widget.parentWidget()
    while above is not None:
        yield above
        above = above.parentWidget()


def described(widget: QWidget) -> str:
    """Where it is, for the person who has to name it."""
    path = [type(above).__name__ for above in ancestors(widget)]
    return " in ".join([f"{type(widget).__name__} {widget.objectName()!r}", *path[:3]])


def name_of(widget: QWidget) -> str:
    """What a screen reader says, which takes labels and texts into account."""
    interface = QAccessible.queryAccessibleInterface(widget)
    return interface.text(QAccessible.Text.Name) or widget.accessibleName()


def complaints(root: QWidget) -> list[str]:
    """Controls without a name, and those that Tab never reaches."""
    found = controls(root)
    nameless = [f"no name: {described(w)}" for w in found if not name_of(w).strip()]
    by_tab = Qt.FocusPolicy.TabFocus
    unreached = [
        f"not reached: {name_of(w)}, {described(w)}"
        for w in found
        if not (w.focusPolicy() & by_tab) and w.focusProxy() is None
    ]
    return nameless + unreached


def test_the_walk_sees_a_control_without_a_name(qtbot: QtBot) -> None:
    root = QWidget()
    qtbot.addWidget(root)
    QLineEdit(root)
    named = QLineEdit(root)
    named.setAccessibleName("Name")
    named.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
    first, second = complaints(root)
    assert first.startswith("no name: QLineEdit")
    assert second.startswith("not reached: Name")


def test_in_the_main_window(window: MainWindow) -> None:
    tabs = window.side.findChild(QTabWidget)
    assert tabs is not None
    for index in range(tabs.count()):
        tabs.setCurrentIndex(index)
    assert complaints(window) == []


def test_in_the_preferences(window: MainWindow) -> None:
    window.deeds.by_key["preferences"].trigger()
    dialog = opened(PreferencesDialog)
    for title in dialog.titles:
        dialog.show_page(title)
    assert complaints(dialog) == []


@pytest.mark.parametrize(
    ("key", "kind"),
    [
        ("help", HelpViewer),
        ("about", QMessageBox),
        ("match_window", MatchWindow),
        ("models", ModelsWindow),
        ("history", HistoryWindow),
    ],
)
def test_in_windows_of_the_menu(window: MainWindow, key: str, kind: type[QWidget]) -> None:
    window.deeds.by_key[key].trigger()
    found = opened(kind)
    assert complaints(found) == []
    found.close()


class TestAtTheFirstStart:
    @pytest.fixture
    def settings(self, tmp_path: Path) -> SettingsStore:
        return SettingsStore(tmp_path / "settings.json")

    def test_on_the_welcome_page(self, window: MainWindow, settings: SettingsStore) -> None:
        assert not settings.get(WelcomeSettings).is_done
        assert complaints(window.stage) == []


def opened(kind: type[W]) -> W:
    """The window of this kind that is open."""
    (found,) = [w for w in QApplication.topLevelWidgets() if isinstance(w, kind) and w.isVisible()]
    return found
