"""The program with its window: `main(["match"])` opens it and starts on the built-in match."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from app.capture.specs import SOURCE_HELP, parse_source
from app.errors import SourceError
from app.session.request import BUNDLED_MODEL
from ui.icons import application_icon
from ui.interrupt import InterruptCloses
from ui.main_window import MainWindow
from ui.theme import follow_system_theme

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.session.commentator import CommentatorFactory
    from app.session.control import SessionControl
    from app.session.request import SessionRequest

USAGE_ERROR = 2


def main(argv: Sequence[str] | None = None) -> int:
    """Open the window; start at once where a source is named. Gives the exit code."""
    arguments = _parse(argv)
    try:
        source = None if arguments.source is None else parse_source(arguments.source)
    except SourceError as error:
        sys.stderr.write(f"{error}\n")
        return USAGE_ERROR
    application = make_application()
    window = MainWindow(SessionMaker())
    window.choice.model.set_model(arguments.model)
    InterruptCloses(window)
    window.show()
    if source is not None:
        QTimer.singleShot(0, window, lambda: window.watch(source))
    return application.exec()


def make_application() -> QApplication:
    """The application with its name, icon and colours."""
    application = QApplication([sys.argv[0]])
    application.setOrganizationName("kibitz")
    application.setApplicationName("kibitz")
    application.setDesktopFileName("kibitz")
    application.setWindowIcon(application_icon())
    follow_system_theme(application)
    return application


class SessionMaker:
    """Makes sessions that share one loaded model.

    What a session needs is loaded with the first one, so that the window shows before.
    """

    def __init__(self) -> None:
        self._commentators: CommentatorFactory | None = None

    def __call__(self, request: SessionRequest) -> SessionControl:
        from app.session.engine_commentator import EngineCommentators
        from app.session.session import Session

        if self._commentators is None:
            self._commentators = EngineCommentators()
        return Session(request, commentators=self._commentators)


def _parse(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="kibitz", description="Live commentary in a window.")
    parser.add_argument("source", nargs="?", help=f"start at once on one of: {SOURCE_HELP}")
    parser.add_argument("--model", default=BUNDLED_MODEL, help="bundled, a folder, or a hub id")
    return parser.parse_args(argv)


if __name__ == "__main__":
    sys.exit(main())
