from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt

from app.settings.store import SettingsStore
from app.speech.events import SpeechStock, Voice
from app.speech.settings import SpeechSettings
from ui.preferences.speech_page import SpeechPage
from ui.speech.output import SpeechOutput

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

STOCK = SpeechStock(
    voices=(Voice("gmw/en-us", "English (America)", "en-us"), Voice("gmw/de", "German", "de")),
    devices=("Speakers", "Headset"),
)


@pytest.fixture
def speech(settings: SettingsStore) -> Iterator[SpeechOutput]:
    output = SpeechOutput(settings)
    yield output
    output.close()


@pytest.fixture
def page(qtbot: QtBot, settings: SettingsStore, speech: SpeechOutput) -> SpeechPage:
    page = SpeechPage(settings, speech)
    qtbot.addWidget(page)
    speech.stock_taken.emit(STOCK)
    return page


def test_choices_are_kept_at_once_and_shown_again(
    qtbot: QtBot, settings: SettingsStore, speech: SpeechOutput, page: SpeechPage
) -> None:
    page.voice.setCurrentIndex(page.voice.findText("German"))
    page.device.setCurrentIndex(page.device.findText("Headset"))
    page.rate_wpm.setValue(320)
    page.volume.setValue(35)
    page.fresh_s.setValue(2.5)
    page.urgent_words.selectAll()
    qtbot.keyClicks(page.urgent_words, "Tor, red card ,, ")
    qtbot.keyClick(page.urgent_words, Qt.Key.Key_Return)
    page.urgent_exclamations.click()
    page.urgent_answers.click()
    expected = SpeechSettings(
        voice="gmw/de",
        device="Headset",
        rate_wpm=320,
        volume=0.35,
        fresh_s=2.5,
        urgent_words=("Tor", "red card"),
        urgent_exclamations=True,
        urgent_answers=False,
    )
    assert SettingsStore(settings.path).get(SpeechSettings) == expected
    again = SpeechPage(settings, speech)
    qtbot.addWidget(again)
    assert again.value() == expected


def test_what_is_changed_elsewhere_is_shown(settings: SettingsStore, page: SpeechPage) -> None:
    settings.put(SpeechSettings(enabled=True, voice="gmw/de", volume=0.5))
    assert page.enabled.isChecked()
    assert page.voice.currentText() == "German"
    assert page.volume.value() == 50


def test_what_is_not_here_stays_chosen_and_says_so(
    settings: SettingsStore, speech: SpeechOutput, page: SpeechPage
) -> None:
    settings.put(SpeechSettings(device="Headset"))
    speech.stock_taken.emit(replace(STOCK, devices=("Speakers",)))
    assert page.device.currentText() == "Headset (not here)"
    assert settings.get(SpeechSettings).device == "Headset"
    speech.stock_taken.emit(STOCK)
    assert page.device.currentText() == "Headset"
    offered = [page.device.itemText(row) for row in range(page.device.count())]
    assert offered == ["System default", "Speakers", "Headset"]


def test_what_is_missing_is_said_and_cannot_be_tested(
    speech: SpeechOutput, page: SpeechPage
) -> None:
    speech.stock_taken.emit(SpeechStock((), (), "No speech engine is installed."))
    assert page.trouble.text() == "No speech engine is installed."
    assert not page.trouble.isHidden()
    assert not page.test.isEnabled()
    speech.stock_taken.emit(STOCK)
    assert page.trouble.isHidden()
    assert page.test.isEnabled()


def test_looking_at_the_page_finds_the_voices_of_this_machine(
    qtbot: QtBot, settings: SettingsStore, speech: SpeechOutput
) -> None:
    page = SpeechPage(settings, speech)
    qtbot.addWidget(page)
    with qtbot.waitSignal(speech.stock_taken, timeout=15000):
        page.show()
    assert page.voice.findData("gmw/en-us") > 0
