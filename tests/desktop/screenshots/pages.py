"""What is looked at: one line for each page of the program."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtWidgets import QApplication, QWidget

from app.governor.effort import Effort, steps_from
from app.paths import journal_folder
from app.session.messages import EffortChanged, QuestionAnswered
from app.steering.presets import Preset
from app.steering.settings import SteeringSettings
from app.steering.words import WordRule
from engine.config import StreamingConfig
from tests.desktop.screenshots.figures import busy_record
from tests.desktop.screenshots.kept import keep_sessions
from tests.desktop.screenshots.models import show_models, show_models_at_work
from ui.features.welcome import WelcomeSettings
from ui.history.window import HistoryWindow
from ui.meters.panel import MetersPanel
from ui.preferences.dialog import PreferencesDialog
from ui.steering.panel import SteeringPanel
from ui.thumbnails import Thumbnails

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.capture.specs import SourceSpec
    from tests.desktop.screenshots.studio import Studio
    from ui.main_window import MainWindow


PanelT = TypeVar("PanelT", bound=QWidget)


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
    window = studio.open()
    window.deeds.show_sources.setChecked(True)  # a page before may have made room for the side
    picker = window.choice.source
    picker.choose(getattr(picker, name))
    if name == "screen_page":
        _await_pictures(studio, window)


def _await_pictures(studio: Studio, window: MainWindow) -> None:
    """Let every source that can be looked at without being chosen have its picture."""
    missing = set(window.choice.source.thumbnails)

    def note(spec: SourceSpec) -> None:
        missing.discard(spec)

    (thumbnails,) = window.findChildren(Thumbnails)
    thumbnails.taken.connect(note)
    while missing:
        studio.settle(50)


def _tab(window: MainWindow, kind: type[PanelT]) -> PanelT:
    """The tab of this kind, turned to."""
    panel = window.side.findChild(kind)
    assert panel is not None
    window.deeds.show_side.setChecked(True)
    window.side.show_tab(panel)
    return panel


def _steering(studio: Studio) -> None:
    steering = SteeringSettings(
        preset=Preset.PLAY_BY_PLAY,
        title="Falcons against Sharks",
        names="Anna Berg, number 10 in red",
        talkativeness=1.5,
        words=(WordRule("ref", "referee"), WordRule("damn")),
    )
    studio.settings.put(steering)
    window = studio.open_running()
    studio.settings.put(SteeringSettings())
    panel = _tab(window, SteeringPanel)
    panel.follow_model(can_follow=True)
    panel.open_questions()
    panel.show_answer(QuestionAnswered(3, "Who leads?", "The Falcons lead by two to one."))


def _steering_bundled(studio: Studio) -> None:
    _tab(studio.open(), SteeringPanel)


def _meters(studio: Studio) -> None:
    window = studio.open_running()
    panel = _tab(window, MetersPanel)
    panel.show_record(busy_record())
    down = steps_from(Effort.of(StreamingConfig()))[1]
    panel.governor.show_change(EffortChanged(2, 7, True, down.saving, down.effort, 1.32))
    while panel.stage_plot is None:
        studio.settle(50)


def _preferences(title: str, studio: Studio) -> QWidget:
    studio.open().deeds.by_key["preferences"].trigger()
    (dialog,) = [w for w in QApplication.topLevelWidgets() if isinstance(w, PreferencesDialog)]
    dialog.show_page(title)
    return dialog


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
    Page("steering", _steering),
    Page("steering-bundled", _steering_bundled),
    Page("meters", _meters),
    *(
        Page(f"source-{name}", partial(_source, name))
        for name in ("screen_page", "region", "webcam", "file", "url")
    ),
    *(
        Page(f"preferences-{title.lower()}", partial(_preferences, title))
        for title in ("General", "Subtitles", "Speech", "Streaming", "Transcripts", "Shortcuts")
    ),
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
