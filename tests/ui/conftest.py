"""What tests of the window share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QLocale

from app.settings.store import SettingsStore
from tests.ui.scripted import Theatre
from ui.features.welcome import WelcomeSettings
from ui.main_window import MainWindow
from ui.theme import LIGHT, apply_theme

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot


@pytest.fixture(autouse=True)
def application(qapp: QApplication) -> Iterator[QApplication]:
    """The application as the program sets it up; fails a test that leaves a window open."""
    qapp.setOrganizationName("kibitz")
    qapp.setApplicationName("kibitz")
    qapp.setStyle("Fusion")
    apply_theme(qapp, LIGHT)
    before = set(qapp.topLevelWidgets())
    yield qapp
    left = [w for w in qapp.topLevelWidgets() if w.isVisible() and w not in before]
    assert not left, f"windows left open: {left}"


@pytest.fixture
def numbers() -> Iterator[None]:
    """Numbers as the C locale writes them, whatever the machine's is."""
    before = QLocale()
    QLocale.setDefault(QLocale.c())
    yield
    QLocale.setDefault(before)


@pytest.fixture
def settings(tmp_path: Path) -> SettingsStore:
    """Settings of their own for a test: all at their defaults, but the program is no stranger."""
    settings = SettingsStore(tmp_path / "settings.json")
    settings.put(WelcomeSettings(is_done=True))
    return settings


@pytest.fixture
def theatre() -> Theatre:
    """Gives the window its sessions."""
    return Theatre()


@pytest.fixture
def window(qtbot: QtBot, theatre: Theatre, settings: SettingsStore) -> Iterator[MainWindow]:
    """The main window with sessions of `theatre`; closed in order afterwards."""
    window = MainWindow(theatre, settings)
    with qtbot.waitExposed(window):
        window.show()
    yield window
    window.close()
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=5000)
    window.deleteLater()
