from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

from app.settings.appearance import AppearanceSettings
from app.settings.store import SettingsStore
from tests import ROOT
from ui.main import USAGE_ERROR, main

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

# Importing is most of what showing the window takes. Seconds differ from machine to machine,
# modules do not; 394 of them are loaded now.
MOST_MODULES = 430
# Each takes longer to load than a page of the window takes to make, and nothing needs it before the
# window stands.
HEAVY = {
    *("av", "cv2", "numpy", "torch", "transformers"),
    *(
        "asyncio",
        "ctypes.util",
        "email",
        "huggingface_hub",
        "importlib.metadata",
        "multiprocessing",
    ),
    *("pydantic", "pyqtgraph", "ssl", "subprocess"),
}
SHOW_AND_REPORT = """
import json, sys
from PySide6.QtCore import QEvent, QObject
from app.paths import settings_file
from app.session.hosting import SessionHost
from app.settings.store import SettingsStore
from ui.main import make_application
from ui.main_window import MainWindow

class ReportAtFirstPaint(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint:
            watched.removeEventFilter(self)
            print(json.dumps(sorted(sys.modules)))
            application.quit()
        return False

settings = SettingsStore(settings_file())
application = make_application(settings)
window = MainWindow(SessionHost(), settings)
report = ReportAtFirstPaint()
window.installEventFilter(report)
window.show()
application.exec()
window.close()
"""


def test_the_window_shows_with_few_modules_and_none_of_the_heavy_ones(tmp_path: Path) -> None:
    kept = SettingsStore(tmp_path / "kibitz" / "settings.json")  # where Linux has it
    kept.put(AppearanceSettings(has_tray_icon=False))
    shown = subprocess.run(
        [sys.executable, "-c", SHOW_AND_REPORT],
        cwd=ROOT,
        env=os.environ | {"XDG_CONFIG_HOME": str(tmp_path)},
        check=True,
        capture_output=True,
        text=True,
    )
    modules = set(json.loads(shown.stdout))
    assert modules & HEAVY == set()
    assert len(modules) < MOST_MODULES


def test_an_impossible_source_is_a_sentence_and_an_exit_code(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["screen:1,2"]) == USAGE_ERROR
    assert "screen:X,Y,WIDTH,HEIGHT" in capsys.readouterr().err
