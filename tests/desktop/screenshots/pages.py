"""What is looked at: one line for each page of the program."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication, QTabWidget, QWidget

from app.paths import journal_folder
from tests.desktop.screenshots.kept import keep_sessions
from tests.desktop.screenshots.models import show_models, show_models_at_work
from ui.features.welcome import WelcomeSettings
from ui.history.window import HistoryWindow
from ui.preferences.dialog import PreferencesDialog

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.desktop.screenshots.studio import Studio


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
    (dialog,) = [w for w in QApplication.topLevelWidgets() if isinstance(w, PreferencesDialog)]
    dialog.show_page(title)
    return dialog


def _tab(title: str, studio: Studio) -> None:
    side = studio.open_running().side
    tabs = side.findChild(QTabWidget)
    assert tabs is not None
    tabs.setCurrentIndex(side.titles.index(title))
    studio.settle(2000)  # until what it loads is there


def _overlay(studio: Studio) -> None:
    window = studio.open_running()
    window.deeds.show_overlay.setChecked(True)
    window.deeds.by_key["lock_overlay"].setChecked(False)


def _window_of(key: str, studio: Studio) -> QWidget:
    """The window that an action of the menu opens."""
    window = studio.open()
    before = set(QApplication.topLevelWidgets())
    window.deeds.by_key[key].trigger()
    studio.settle()
    (opened,) = [w for w in QApplication.topLevelWidgets() if w not in before and w.isVisible()]
    return opened


def _history(studio: Studio) -> HistoryWindow:
    """The history with the newest session open."""
    if not journal_folder().exists():
        keep_sessions(journal_folder())
    history = _window_of("history", studio)
    assert isinstance(history, HistoryWindow)
    while history.details.journal is None:
        studio.settle(50)
    return history


def _history_search(studio: Studio) -> QWidget:
    history = _history(studio)
    history.search.setText("keeper")
    while not history.details.view.selected_rows:
        studio.settle(50)
    return history


def _history_moment(studio: Studio) -> QWidget:
    history = _history(studio)
    history.details.show_moment(2)
    studio.settle(1000)
    return history


def _dialog_of_history(open_it: Callable[[HistoryWindow], QWidget], studio: Studio) -> QWidget:
    return open_it(_history(studio))


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
        for title in ("General", "Subtitles", "Speech", "Streaming", "Transcripts", "Shortcuts")
    ),
    *(Page(f"tab-{title.lower()}", partial(_tab, title)) for title in ("Steering", "Meters")),
    Page("overlay", _overlay),
    Page("models", show_models),
    Page("models-at-work", show_models_at_work),
    *(Page(key, partial(_window_of, key)) for key in ("match_window", "help", "about")),
    Page("history", _history),
    Page("history-search", _history_search),
    Page("history-moment", _history_moment),
    Page("history-export", partial(_dialog_of_history, HistoryWindow.export)),
    Page("history-times", partial(_dialog_of_history, HistoryWindow.repair_times)),
)
