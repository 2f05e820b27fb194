from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
import shiboken6
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QGuiApplication

from app.subtitles.places import OverlaySettings, Place
from app.subtitles.settings import Pacing, ReadingMode, SubtitleSettings
from tests.ui.scripted import run, spoken
from ui.features.overlay import OverlayFeature
from ui.monitors import name_of

if TYPE_CHECKING:
    from PySide6.QtGui import QAction
    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

    from app.settings.store import SettingsStore
    from tests.ui.scripted import Theatre
    from ui.main_window import MainWindow
    from ui.overlay.window import OverlayWindow


@pytest.fixture
def overlay(window: MainWindow) -> OverlayWindow:
    found = window.findChild(OverlayFeature)
    assert found is not None
    return found.window


def deed(window: MainWindow, key: str) -> QAction:
    return window.deeds.by_key[key]


def test_it_is_shown_locked_and_hidden_by_its_action(
    window: MainWindow, overlay: OverlayWindow, settings: SettingsStore
) -> None:
    assert not overlay.isVisible()
    window.deeds.show_overlay.trigger()
    assert overlay.isVisible()
    assert overlay.is_locked
    assert settings.get(OverlaySettings).is_shown
    assert overlay.windowHandle().flags() & Qt.WindowType.WindowTransparentForInput
    window.deeds.show_overlay.trigger()
    assert not overlay.isVisible()
    assert not settings.get(OverlaySettings).is_shown


def test_monitors_that_come_later_find_no_overlay_that_was_closed(
    qtbot: QtBot, qapp: QApplication, window: MainWindow, overlay: OverlayWindow
) -> None:
    window.close()
    qtbot.waitUntil(lambda: not shiboken6.isValid(overlay), timeout=5000)
    qapp.screenAdded.emit(qapp.primaryScreen())  # its end would be an error in an event handler
    assert not window.isVisible()


def test_unlocking_shows_it_and_escape_locks_it(
    qtbot: QtBot, window: MainWindow, overlay: OverlayWindow
) -> None:
    deed(window, "lock_overlay").trigger()
    assert overlay.isVisible()
    assert not overlay.is_locked
    assert not overlay.windowHandle().flags() & Qt.WindowType.WindowTransparentForInput
    qtbot.keyClick(overlay, Qt.Key.Key_Escape)
    assert overlay.is_locked
    assert deed(window, "lock_overlay").isChecked()


def test_it_is_moved_and_resized_and_remembers_that(
    qtbot: QtBot, window: MainWindow, overlay: OverlayWindow, settings: SettingsStore
) -> None:
    deed(window, "lock_overlay").trigger()
    overlay.setGeometry(QRect(100, 100, 400, 120))
    drag(qtbot, overlay, QPoint(200, 60), QPoint(40, -30))
    assert overlay.geometry() == QRect(140, 70, 400, 120)
    drag(qtbot, overlay, QPoint(398, 118), QPoint(-50, 20))
    assert overlay.geometry() == QRect(140, 70, 350, 140)
    qtbot.keyClick(overlay, Qt.Key.Key_Right)
    qtbot.keyClick(overlay, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    name = name_of(QGuiApplication.primaryScreen())
    assert settings.get(OverlaySettings).places == (Place(name, 150, 70, 350, 130),)


def drag(qtbot: QtBot, overlay: OverlayWindow, start: QPoint, by: QPoint) -> None:
    """Press, move, let go; the pointer moves over the screen, not with the overlay."""
    qtbot.mousePress(overlay, Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(overlay, start + by)
    moved = overlay.mapFromGlobal(overlay.geometry().topLeft())
    qtbot.mouseRelease(overlay, Qt.MouseButton.LeftButton, pos=moved)


def test_each_monitor_has_its_own_way_of_reading(
    window: MainWindow, overlay: OverlayWindow, settings: SettingsStore
) -> None:
    del overlay
    word_by_word = deed(window, "overlay_word_by_word")
    assert not word_by_word.isChecked()
    word_by_word.trigger()
    assert [place.mode for place in settings.get(OverlaySettings).places] == [ReadingMode.INSTANT]
    subtitles = settings.get(SubtitleSettings)
    settings.put(replace(subtitles, pacing=Pacing(mode=ReadingMode.INSTANT)))
    settings.put(replace(subtitles, pacing=Pacing(mode=ReadingMode.STEADY)))
    assert not word_by_word.isChecked()  # what is chosen for all holds here, too
    assert [place.mode for place in settings.get(OverlaySettings).places] == [None]


def test_a_monitor_that_is_gone_does_not_take_it_along(
    overlay: OverlayWindow, settings: SettingsStore
) -> None:
    here = name_of(QGuiApplication.primaryScreen())
    kept = OverlaySettings().with_place(Place(here, 10, 20, 300, 100))
    settings.put(kept.with_place(Place("Unplugged", 5000, 40, 700, 90)))
    QGuiApplication.primaryScreen().geometryChanged.emit(QRect())
    assert overlay.geometry() == QRect(10, 20, 300, 100)


def test_larger_letters_get_their_room(
    window: MainWindow, overlay: OverlayWindow, settings: SettingsStore
) -> None:
    del window
    before = overlay.geometry()
    subtitles = settings.get(SubtitleSettings)
    settings.put(replace(subtitles, style=replace(subtitles.style, size_pt=60)))
    assert overlay.height() > before.height() * 1.5
    assert overlay.geometry().bottom() == before.bottom()


def test_it_shows_what_is_said_and_jumps_to_now(
    qtbot: QtBot, window: MainWindow, overlay: OverlayWindow, theatre: Theatre
) -> None:
    window.deeds.show_overlay.trigger()
    run(window, qtbot)
    for i, text in enumerate(("One is said first.", "Two comes then.", "Three is the newest.")):
        theatre.session.say(spoken(i, text))
    qtbot.waitUntil(lambda: len(window.transcript.lines) == 3, timeout=5000)
    assert overlay.player.view.text == "One is said first."
    assert overlay.accessibleDescription() == "One is said first."
    window.deeds.jump_to_now.trigger()
    assert overlay.player.view.text == "Three is the newest."
    assert window.stage.subtitle.text == "Three is the newest."
