from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from PySide6.QtGui import QGuiApplication
from websockets.sync.client import connect

from app.broadcast.settings import BroadcastSettings
from tests.support.waiting import wait_until
from tests.ui.scripted import run, spoken
from ui.features.streaming import StreamingFeature
from ui.preferences.streaming_page import StreamingPage

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from app.settings.store import SettingsStore
    from tests.ui.scripted import Theatre
    from ui.main_window import MainWindow


@pytest.fixture
def feature(window: MainWindow) -> StreamingFeature:
    found = window.findChild(StreamingFeature)
    assert found is not None
    return found


@pytest.fixture
def page(qtbot: QtBot, settings: SettingsStore, feature: StreamingFeature) -> StreamingPage:
    page = StreamingPage(settings, feature.station)
    qtbot.addWidget(page)
    page.port.setValue(free_port())
    return page


def free_port() -> int:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port


def test_a_browser_source_gets_what_is_said(
    qtbot: QtBot, window: MainWindow, theatre: Theatre, page: StreamingPage
) -> None:
    assert not page.copy.isEnabled()
    page.serves_page.setChecked(True)
    url = page.url.text()
    page.copy.click()
    assert QGuiApplication.clipboard().text() == url
    run(window, qtbot)
    theatre.session.say(spoken(0, "Goal!"))
    qtbot.waitUntil(lambda: window.stage.subtitle.text == "Goal!", timeout=5000)
    with connect(url.replace("http", "ws") + "live", proxy=None) as source:
        wait_until(lambda: json.loads(source.recv(5))["paragraphs"] == ["Goal!"], "the text")
        page.show()
        assert page.state.text() == "Open in 1 browser source(s)."
    page.serves_page.setChecked(False)
    assert page.url.text() == ""


def test_a_new_address_shuts_the_old_one(page: StreamingPage) -> None:
    page.serves_page.setChecked(True)
    before = urlsplit(page.url.text())
    page.renew.click()
    after = urlsplit(page.url.text())
    assert (before.netloc, before.path == after.path) == (after.netloc, False)


def test_a_port_in_use_is_said(
    page: StreamingPage, window: MainWindow, settings: SettingsStore
) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken:
        page.port.setValue(taken.getsockname()[1])
        page.serves_page.setChecked(True)
        assert page.url.text() == ""
        assert "choose another one" in page.state.text()
        assert window.notice.isVisible()
    assert settings.get(BroadcastSettings).serves_page


def test_the_text_file_follows(
    qtbot: QtBot, window: MainWindow, theatre: Theatre, page: StreamingPage, tmp_path: Path
) -> None:
    path = tmp_path / "live.txt"
    page.file.setText(str(path))
    page.writes_file.setChecked(True)
    run(window, qtbot)
    theatre.session.say(spoken(0, "Goal!"))
    qtbot.waitUntil(lambda: path.exists() and path.read_text() == "Goal!", timeout=5000)
    page.writes_file.setChecked(False)
    qtbot.waitUntil(lambda: path.read_text() == "", timeout=5000)


def test_a_file_must_be_chosen_before_it_is_written(page: StreamingPage) -> None:
    from PySide6.QtWidgets import QFileDialog

    page.writes_file.setChecked(True)
    assert not page.writes_file.isChecked()
    dialog = page.findChild(QFileDialog)
    assert dialog is not None
    dialog.reject()
