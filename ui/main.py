"""The program with its window: `main(["match"])` opens it and starts on the built-in match."""

from __future__ import annotations

import argparse
import importlib
import sys
import threading
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication

from app.capture.specs import SOURCE_HELP, parse_source
from app.errors import SourceError
from app.paths import settings_file
from app.session.hosting import SessionHost
from app.settings.appearance import AppearanceSettings
from app.settings.store import SettingsStore
from ui.first_paint import FirstPaint
from ui.icons import application_icon
from ui.interrupt import InterruptCloses
from ui.main_window import MainWindow
from ui.theme import ThemeFollower
from ui.translation import install_translations

if TYPE_CHECKING:
    from collections.abc import Sequence


USAGE_ERROR = 2


def main(argv: Sequence[str] | None = None) -> int:
    """Open the window; start at once where a source is named. Gives the exit code."""
    arguments = _parse(argv)
    try:
        source = None if arguments.source is None else parse_source(arguments.source)
    except SourceError as error:
        sys.stderr.write(f"{error}\n")
        return USAGE_ERROR
    settings = SettingsStore(settings_file())
    application = make_application(settings)
    host = SessionHost()
    window = MainWindow(host, settings)
    if arguments.model is not None:
        window.choice.model.set_model(arguments.model)
    InterruptCloses(window)
    window.show()
    first_paint = FirstPaint(window)  # until then everything else would only delay it
    preparation = threading.Thread(target=prepare, args=(host,), name="preparation")
    first_paint.passed.connect(preparation.start)
    if source is not None:
        first_paint.passed.connect(lambda: window.watch(source))
    code = application.exec()
    if preparation.ident is not None:  # it was started
        preparation.join()
    host.close()
    return code


def make_application(settings: SettingsStore) -> QApplication:
    """The application with its name, icon, language and colours."""
    application = QApplication([sys.argv[0]])
    application.setOrganizationName("kibitz")
    application.setApplicationName("kibitz")
    application.setDesktopFileName("kibitz")
    application.setWindowIcon(application_icon())
    appearance = settings.get(AppearanceSettings)
    install_translations(application, appearance.language)
    follower = ThemeFollower(application, appearance.theme)
    settings.watch(AppearanceSettings, lambda changed: follower.choose(changed.theme))
    return application


def prepare(host: SessionHost) -> None:
    """Start the session process and load what its pictures need, before the first Start."""
    host.prepare()
    importlib.import_module("numpy")


def _parse(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="kibitz window", description="Live commentary in a window."
    )
    parser.add_argument("source", nargs="?", help=f"start at once on one of: {SOURCE_HELP}")
    parser.add_argument(
        "--model", help="bundled, a folder, or a hub id (default: the one that was used last)"
    )
    return parser.parse_args(argv)


if __name__ == "__main__":
    sys.exit(main())
