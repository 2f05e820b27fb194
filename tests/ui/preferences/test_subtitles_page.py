from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QColorDialog

from app.subtitles.settings import Alignment, Pacing, ReadingMode, SubtitleSettings, SubtitleStyle
from ui.preferences.subtitles_page import SubtitlesPage

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from app.settings.store import SettingsStore

OTHER = SubtitleSettings(
    SubtitleStyle(
        font_family="",
        size_pt=40,
        is_bold=False,
        colour="#ffee00",
        outline_colour="#102030",
        outline_px=5,
        background_colour="#203040",
        background_opacity=0.25,
        alignment=Alignment.RIGHT,
        num_lines=3,
    ),
    Pacing(mode=ReadingMode.INSTANT, reading_speed=25, hold_s=7.5, max_lag_s=9.0),
)


@pytest.fixture
def page(qtbot: QtBot, settings: SettingsStore) -> SubtitlesPage:
    page = SubtitlesPage(settings)
    qtbot.addWidget(page)
    return page


def test_it_shows_every_setting(qtbot: QtBot, settings: SettingsStore) -> None:
    settings.put(OTHER)
    page = SubtitlesPage(settings)
    qtbot.addWidget(page)
    assert page.value() == OTHER


def test_every_change_applies_at_once(page: SubtitlesPage, settings: SettingsStore) -> None:
    page.size_pt.setValue(40)
    page.bold.setChecked(False)
    page.outline_px.setValue(5)
    page.opacity.setValue(25)
    page.alignment.setCurrentIndex(2)
    page.num_lines.setValue(3)
    page.mode.setCurrentIndex(1)
    page.speed.setValue(25)
    page.hold_s.setValue(7.5)
    page.max_lag_s.setValue(9.0)
    for button, colour in (
        (page.colour, "#ffee00"),
        (page.outline_colour, "#102030"),
        (page.background_colour, "#203040"),
    ):
        dialog = button.open_dialog()
        dialog.setCurrentColor(QColor(colour))
        dialog.accept()
    assert settings.get(SubtitleSettings) == OTHER


def test_cancelling_a_colour_takes_it_back(page: SubtitlesPage, settings: SettingsStore) -> None:
    dialog = page.colour.open_dialog()
    assert isinstance(dialog, QColorDialog)
    dialog.setCurrentColor(QColor("#ff0000"))
    assert settings.get(SubtitleSettings).style.colour == "#ff0000"
    dialog.reject()
    assert settings.get(SubtitleSettings).style.colour == "#ffffff"


def test_the_preview_plays_while_it_is_seen(qtbot: QtBot, page: SubtitlesPage) -> None:
    with qtbot.waitExposed(page):
        page.show()
    first = page.preview.player.view.text
    assert first
    qtbot.waitUntil(lambda: page.preview.player.view.text not in ("", first), timeout=15000)
    page.size_pt.setValue(96)
    assert not page.preview.player.view.is_empty


def test_reading_speed_is_for_steady_reading_only(page: SubtitlesPage) -> None:
    assert page.speed.isEnabled()
    page.mode.setCurrentIndex(1)
    assert not page.speed.isEnabled()
    assert not page.max_lag_s.isEnabled()
