"""What is looked at: one line for each page of the program."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtWidgets import QApplication, QWidget

from ui.features.welcome import WelcomeSettings
from ui.preferences.dialog import PreferencesDialog

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.desktop.screenshots.studio import Studio


W = TypeVar("W", bound=QWidget)


@dataclass(frozen=True, slots=True)
class Page:
    """One page.

    Attributes:
        name: The picture's file name without its suffix.
        show: Brings the page up; gives the widget to take a picture of, None for the whole screen.
    """

    name: str
    show: Callable[[Studio], QWidget | None]


def _idle(studio: Studio) -> None:
    studio.open()


def _first_start(studio: Studio) -> None:
    studio.settings.put(WelcomeSettings(is_done=False))
    studio.open()
    studio.settings.put(WelcomeSettings(is_done=True))


def _running(studio: Studio) -> None:
    studio.open_running()


def _paused(studio: Studio) -> None:
    window = studio.open_running()
    window.commentary.toggle_pause()
    window.notice.show_notice("The camera stopped for a moment; its pictures come again.")


def _source(name: str, studio: Studio) -> None:
    picker = studio.open().choice.source
    picker.choose(getattr(picker, name))


def _preferences(title: str, studio: Studio) -> QWidget:
    studio.open().deeds.by_key["preferences"].trigger()
    dialog = _on_top(PreferencesDialog)
    dialog.show_page(title)
    return dialog


def _help(studio: Studio) -> QWidget:
    from ui.help_viewer import HelpViewer

    studio.open().deeds.by_key["help"].trigger()
    return _on_top(HelpViewer)


def _on_top(kind: type[W]) -> W:
    """The window of this kind that is open."""
    (found,) = [w for w in QApplication.topLevelWidgets() if isinstance(w, kind) and w.isVisible()]
    return found


PAGES: tuple[Page, ...] = (
    Page("first-start", _first_start),
    Page("idle", _idle),
    Page("running", _running),
    Page("paused", _paused),
    *(
        Page(f"source-{name}", partial(_source, name))
        for name in ("screen_page", "region", "webcam", "file", "url")
    ),
    *(
        Page(f"preferences-{title.lower()}", partial(_preferences, title))
        for title in ("General", "Subtitles", "Transcripts", "Shortcuts")
    ),
    Page("help", _help),
)
