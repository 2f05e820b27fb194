"""A global key commands the program while another program's window has the keyboard."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from app.settings.shortcuts import ShortcutSettings
from app.settings.store import SettingsStore
from tests.desktop.test_window import is_in_front, kibitz, press
from tests.engine.checkpoints import save_checkpoint
from tests.support.processes import running
from tests.support.waiting import wait_until

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.desktop import XServer

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="X11 only")

OTHER_PROGRAM = """
from PySide6.QtWidgets import QApplication, QLineEdit
application = QApplication([])
line = QLineEdit()
line.setWindowTitle("Another program")
line.textChanged.connect(line.setWindowTitle)
line.show()
application.exec()
"""


def is_there(desktop: XServer, title: str) -> bool:
    """Whether some window has this in its title."""
    try:
        return bool(desktop.run("xdotool", "search", "--onlyvisible", "--name", title))
    except subprocess.CalledProcessError:  # there is none
        return False


def test_the_key_starts_and_stops_while_another_window_has_the_keyboard(
    desktop: XServer, user_folders: Path, tmp_path: Path
) -> None:
    file = user_folders / "config" / "kibitz" / "settings.json"
    SettingsStore(file).put(ShortcutSettings(has_global=True))
    model = save_checkpoint(tmp_path / "model")
    other = [sys.executable, "-c", OTHER_PROGRAM]
    try:
        with (
            kibitz(desktop, "--model", str(model)),
            running(other, desktop.environment()),
        ):
            wait_until(lambda: is_in_front(desktop, "Another program"), "the other window", 30)
            press(desktop, "ctrl+alt+shift+k")
            wait_until(lambda: is_there(desktop, "● .* Kibitz"), "the session", 60)
            assert is_in_front(desktop, "Another program")
            press(desktop, "ctrl+alt+shift+k")
            wait_until(lambda: not is_there(desktop, "● .* Kibitz"), "its end", 60)
            press(desktop, "k")
            wait_until(lambda: is_there(desktop, "^k$"), "a key for the other window")
    finally:
        file.unlink()
