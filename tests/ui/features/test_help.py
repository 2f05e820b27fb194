from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMessageBox

if TYPE_CHECKING:
    from ui.main_window import MainWindow


def test_about_tells_the_version_that_a_report_of_a_fault_needs(window: MainWindow) -> None:
    window.deeds.by_key["about"].trigger()
    box = window.findChild(QMessageBox)
    assert box is not None
    assert f"Kibitz {version('kibitz')}" in box.text()
    box.close()
