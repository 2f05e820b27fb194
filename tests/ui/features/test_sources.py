"""What the source panel does with the screen, the settings and its thumbnails."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import PySide6
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QLabel, QListWidget

from app.capture.settings import SourceSettings
from app.capture.specs import MatchSpec, Region, ScreenSpec, UrlSpec, WebcamSpec
from app.errors import SourceError
from app.settings.store import SettingsStore
from ui.features.regions import RegionsFeature
from ui.features.thumbnails import ThumbnailsFeature
from ui.main_window import MainWindow

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from tests.ui.scripted import Theatre
    from ui.features.feature import Feature

REGION = Region(40, 30, 200, 100)


@contextmanager
def opened(theatre: Theatre, settings: SettingsStore) -> Iterator[MainWindow]:
    """A further window with the same settings, as at another start."""
    window = MainWindow(theatre, settings)
    try:
        yield window
    finally:
        window.close()
        window.deleteLater()


def feature(window: MainWindow, kind: type[Feature]) -> Feature:
    return next(found for found in window.features if isinstance(found, kind))


def test_pictures_are_taken_while_the_panel_is_seen_and_nothing_runs(
    qtbot: QtBot, window: MainWindow, theatre: Theatre
) -> None:
    thumbnails = feature(window, ThumbnailsFeature)
    assert isinstance(thumbnails, ThumbnailsFeature)
    kinds = window.choice.source.findChild(QListWidget)
    assert kinds is not None
    symbol = kinds.item(0).icon().cacheKey()
    qtbot.waitUntil(lambda: kinds.item(0).icon().cacheKey() != symbol, timeout=30_000)
    window.deeds.show_sources.setChecked(False)
    assert not thumbnails.is_looking
    window.deeds.show_sources.setChecked(True)
    qtbot.waitUntil(lambda: thumbnails.is_looking, timeout=5000)
    window.watch(MatchSpec(0))
    assert not thumbnails.is_looking
    theatre.session.stop()
    qtbot.waitUntil(lambda: thumbnails.is_looking, timeout=5000)


def test_no_thumbnail_holds_a_camera_while_cameras_are_opened_to_be_listed(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    thumbnails = feature(window, ThumbnailsFeature)
    assert isinstance(thumbnails, ThumbnailsFeature)
    picker = window.choice.source
    picker.choose(picker.webcam)
    qtbot.waitUntil(lambda: thumbnails.is_looking, timeout=5000)
    with monkeypatch.context() as patch:
        patch.setattr("sys.platform", "win32")
        picker.webcam.refresh_asked.emit()
    assert not thumbnails.is_looking
    assert WebcamSpec(0) not in picker.thumbnails
    qtbot.waitUntil(lambda: WebcamSpec(0) in picker.thumbnails, timeout=30_000)
    qtbot.waitUntil(lambda: thumbnails.is_looking, timeout=5000)


@pytest.mark.usefixtures("x_server")  # without a display there are no regions
@pytest.mark.qt_log_ignore("This plugin does not support")
def test_the_frame_and_the_numbers_follow_one_another(qtbot: QtBot, window: MainWindow) -> None:
    regions = feature(window, RegionsFeature)
    assert isinstance(regions, RegionsFeature)
    picker = window.choice.source
    picker.set_region(REGION)
    assert regions.frame is None
    switch = picker.region.findChild(QCheckBox)
    assert switch is not None
    qtbot.keyClick(switch, Qt.Key.Key_Space)
    frame = regions.frame
    assert frame is not None
    assert frame.region == REGION
    with qtbot.waitSignal(picker.changed):
        frame.dragged.emit(Region(50, 30, 190, 100))
    assert picker.spec() == ScreenSpec(Region(50, 30, 190, 100))
    picker.set_region(REGION)
    assert frame.region == REGION
    picker.choose(picker.match)
    assert regions.frame is None


def test_the_next_start_offers_what_was_watched_and_selected(
    qtbot: QtBot, window: MainWindow, theatre: Theatre, settings: SettingsStore
) -> None:
    picker = window.choice.source
    window.watch(UrlSpec("http://host.invalid/live"))
    theatre.session.stop()
    picker.set_region(REGION)
    window.close()
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=5000)
    with opened(theatre, SettingsStore(settings.path)) as second:
        assert second.choice.source.spec() == UrlSpec("http://host.invalid/live")
        assert second.choice.source.region.region == REGION


def test_a_camera_is_remembered_but_not_chosen(theatre: Theatre, settings: SettingsStore) -> None:
    settings.put(SourceSettings().with_source(WebcamSpec(2)))
    with opened(theatre, settings) as window:
        assert window.choice.source.spec() == MatchSpec(0)
        assert window.choice.source.webcam.spec() == WebcamSpec(2)


def test_a_wayland_desktop_offers_to_share_its_screen(
    theatre: Theatre, settings: SettingsStore, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "QtMultimedia.py").touch()  # as if it were installed
    places = [*PySide6.__path__, str(tmp_path)]
    monkeypatch.setattr(PySide6.__spec__, "submodule_search_locations", places)
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    with opened(theatre, settings) as window:
        kinds = window.choice.source.findChild(QListWidget)
        assert kinds is not None
        assert not any(kinds.isRowHidden(row) for row in range(kinds.count()))
        hints = [label.text() for label in window.choice.source.screen_page.findChildren(QLabel)]
        assert any("Choose Shared screen" in text for text in hints)


def test_no_password_is_kept() -> None:
    kept = SourceSettings().with_source(UrlSpec("rtsp://me:secret@camera.local/1"))
    assert kept == SourceSettings()


def test_settings_that_name_no_source_are_refused() -> None:
    with pytest.raises(SourceError, match="screen:X,Y,WIDTH,HEIGHT"):
        SourceSettings(region="screen:all")
