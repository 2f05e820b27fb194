"""What tests of the window share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from app.settings.store import SettingsStore
from ui.theme import LIGHT, apply_theme

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from PySide6.QtWidgets import QApplication


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
def settings(tmp_path: Path) -> SettingsStore:
    """Settings of their own for a test, all at their defaults."""
    return SettingsStore(tmp_path / "settings.json")
