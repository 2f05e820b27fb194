"""`kibitz compare` where there is a display."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.paths import settings_file
from app.settings.store import SettingsStore
from engine.command_line import say
from engine.evaluation.compare.cli import comparison_of, describe
from ui.compare.window import CompareWindow
from ui.interrupt import InterruptCloses
from ui.main import make_application

if TYPE_CHECKING:
    import argparse


def run(args: argparse.Namespace) -> int:
    """Open the window on what is left to be judged; gives the exit status.

    Raises:
        EngineError: A file cannot be used.
    """
    with comparison_of(args) as comparison:
        application = make_application(SettingsStore(settings_file()))
        window = CompareWindow(comparison)
        InterruptCloses(window)
        window.show()
        code = application.exec()
        window.player.wait()
        say(describe(comparison.result()))
    return code
