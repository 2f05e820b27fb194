"""The program's texts in the person's language, as Qt Linguist makes them.

`python -m ui.translation de` writes or updates `assets/translations/kibitz_de.ts` from all texts in
`ui`; Qt Linguist edits it, and `pyside6-lrelease` makes the `.qm` file beside it that is loaded.
"""

from __future__ import annotations

import argparse
import sys
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtCore import QCoreApplication

LUPDATE = "pyside6-lupdate"
_PREFIX = "kibitz_"


def translations_folder() -> Path:
    """Where translated texts lie; it may not exist."""
    return Path(str(files("assets"))) / "translations"


def available_languages(folder: Path | None = None) -> tuple[str, ...]:
    """Codes of the languages that the program speaks besides English, sorted."""
    pages = (folder or translations_folder()).glob(f"{_PREFIX}*.qm")
    return tuple(sorted(page.stem.removeprefix(_PREFIX) for page in pages))


def install_translations(
    app: QCoreApplication, language: str = "", folder: Path | None = None
) -> None:
    """Translate the texts of `app` and of Qt where there are translations.

    Args:
        app: Owns the translators.
        language: A language code; empty takes the system's languages.
        folder: Where the program's `.qm` files are, if not in `assets`.
    """
    locale = QLocale(language) if language else QLocale.system()
    own = str(folder or translations_folder())
    of_qt = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    for name, place in (("kibitz", own), ("qtbase", of_qt)):
        translator = QTranslator(app)
        if translator.load(locale, name, "_", place):
            app.installTranslator(translator)


def update_texts(target: Path) -> None:
    """Write the texts of all modules of `ui` into the Linguist file `target`.

    Raises:
        FileNotFoundError: The tool is not installed; it is part of PySide6.
        subprocess.CalledProcessError: It failed.
    """
    import shutil  # not for the window's start
    import subprocess

    tool = Path(sys.executable).with_name(LUPDATE)
    command = str(tool) if tool.exists() else shutil.which(LUPDATE)
    if command is None:
        raise FileNotFoundError(f"{LUPDATE} is not installed; it is part of PySide6")
    sources = sorted(str(path) for path in Path(__file__).parent.rglob("*.py"))
    target.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run([command, *sources, "-ts", str(target)], check=True, capture_output=True)


def main(argv: Sequence[str] | None = None) -> int:
    """Update the texts of one language. Gives the exit code."""
    parser = argparse.ArgumentParser(prog="python -m ui.translation", description=__doc__)
    parser.add_argument("language", help="a language code, such as de or pt_BR")
    arguments = parser.parse_args(argv)
    update_texts(translations_folder() / f"{_PREFIX}{arguments.language}.ts")
    return 0


if __name__ == "__main__":
    sys.exit(main())
