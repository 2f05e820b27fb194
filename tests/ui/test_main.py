from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

from tests import ROOT
from ui.main import USAGE_ERROR, main

if TYPE_CHECKING:
    import pytest

# Importing is most of what showing the window takes: a second on a processor of today. Seconds
# differ from machine to machine, modules do not; 526 of them are loaded now.
MOST_MODULES = 600
SHOW_AND_REPORT = """
import json, sys
from app.paths import settings_file
from app.session.hosting import SessionHost
from app.settings.store import SettingsStore
from ui.main import make_application
from ui.main_window import MainWindow
settings = SettingsStore(settings_file())
application = make_application(settings)
window = MainWindow(SessionHost(), settings)
window.show()
while not window.windowHandle().isExposed():
    application.processEvents()
window.grab()
print(json.dumps(sorted(sys.modules)))
window.close()
"""


def test_the_window_shows_with_few_modules_and_none_of_the_heavy_libraries() -> None:
    shown = subprocess.run(
        [sys.executable, "-c", SHOW_AND_REPORT],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    modules = set(json.loads(shown.stdout))
    assert not modules & {"av", "cv2", "numpy", "torch", "transformers"}
    assert len(modules) < MOST_MODULES


def test_an_impossible_source_is_a_sentence_and_an_exit_code(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["screen:1,2"]) == USAGE_ERROR
    assert "screen:X,Y,WIDTH,HEIGHT" in capsys.readouterr().err
