"""The place where the pictures are taken: the program's window with sessions made up for it."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from app.session.messages import ChunksDropped, FrameShown, MetersUpdated, TextArrived
from app.session.state import SessionState
from app.settings.appearance import AppearanceSettings, ThemeChoice
from app.settings.store import SettingsStore
from engine.events import CacheUse, RoundTiming
from engine.match import MatchStream
from tests.ui.scripted import Theatre, spoken
from ui.features.welcome import WelcomeSettings
from ui.main import make_application
from ui.main_window import MainWindow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QWidget

_SETTLE_MS = 500
_LINES = (
    "Kick-off: the Falcons in blue play from left to right.",
    "A long pass down the wing, and number seven runs after it.",
    "Shot!",
    "Saved by the keeper, who throws himself into the far corner and holds the ball.",
    "The Otters build up slowly from the back.",
)


class Studio:
    """A fresh window for each picture.

    Args:
        theme: Its colours.
    """

    def __init__(self, theme: ThemeChoice) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self.settings = SettingsStore(Path(self._folder.name) / "settings.json")
        self.settings.put(AppearanceSettings(theme))
        self.settings.put(WelcomeSettings(is_done=True))
        self.application = make_application(self.settings)
        self.theatre = Theatre()
        self._window: MainWindow | None = None

    def open(self) -> MainWindow:
        """Close the window before and open one as a person does."""
        self.close()
        self._window = MainWindow(self.theatre, self.settings)
        self._window.show()
        self.settle()
        return self._window

    def open_running(self) -> MainWindow:
        """The window in the middle of the match."""
        window = self.open()
        window.start()
        while window.commentary.state is not SessionState.RUNNING:
            QTest.qWait(10)
        session = self.theatre.session
        match = MatchStream(3, width=960, height=640)
        for index, line in enumerate(_LINES):
            session.say(spoken(index * 7, line))
        session.say(FrameShown(match.frame_at(9.0), 9.0))
        session.say(TextArrived(len(_LINES) * 7, " The Falcons win it back near the halfway line"))
        use = CacheUse(96, 256, 384, 180, None, 916)
        session.say(MetersUpdated(4, 4, 0, RoundTiming(decode_s=0.12, vision_s=0.04), use, 0.6))
        session.say(ChunksDropped(1))
        self.settle()
        return window

    def settle(self, milliseconds: int = _SETTLE_MS) -> None:
        """Let everything be laid out and painted."""
        QTest.qWait(milliseconds)

    def shoot(self, path: Path, *, of: QWidget | None) -> None:
        """Save a picture: of one widget, or of the whole screen as a person sees it."""
        screen = QGuiApplication.primaryScreen()
        picture = screen.grabWindow(0) if of is None else of.grab()
        if not picture.save(str(path)):
            raise OSError(f"{path} cannot be written")

    def close(self) -> None:
        """End the session and close the window with all dialogs."""
        window, self._window = self._window, None
        if window is None:
            return
        for other in self.application.topLevelWidgets():
            if other.isVisible() and other is not window:
                other.close()
        window.close()
        while window.isVisible():
            QTest.qWait(10)
        window.deleteLater()
        self.settle(50)

    def tear_down(self) -> None:
        """Leave nothing behind."""
        self.close()
        self._folder.cleanup()


def main(argv: Sequence[str] | None = None) -> int:
    """Take the pictures of one look on the X server that DISPLAY names."""
    from tests.desktop.screenshots.pages import PAGES

    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("theme", type=ThemeChoice)
    parser.add_argument("pages", nargs="*")
    arguments = parser.parse_args(argv)
    studio = Studio(arguments.theme)
    for page in PAGES:
        if not arguments.pages or page.name in arguments.pages:
            widget = page.show(studio)
            studio.settle()
            studio.shoot(arguments.folder / f"{page.name}.png", of=widget)
    studio.tear_down()
    return 0


if __name__ == "__main__":
    sys.exit(main())
