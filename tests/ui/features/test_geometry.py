"""Which parts of the window are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication

if TYPE_CHECKING:
    from ui.main_window import MainWindow


def test_on_a_narrow_screen_one_panel_gives_way_to_the_other(window: MainWindow) -> None:
    assert QGuiApplication.primaryScreen().availableSize().width() < 860  # Qt's offscreen one
    for shown, other in (
        (window.deeds.show_side, window.deeds.show_sources),
        (window.deeds.show_sources, window.deeds.show_side),
    ):
        shown.setChecked(True)
        assert shown.isChecked()
        assert not other.isChecked()
