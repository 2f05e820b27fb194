from __future__ import annotations

import json
import socket
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from websockets.sync.client import connect

from app.broadcast.settings import BroadcastSettings
from app.broadcast.station import Station
from app.subtitles.settings import SubtitleStyle
from app.subtitles.view import SubtitleView
from tests.support.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

GOAL = SubtitleView(("Goal!",))


@pytest.fixture
def sentences() -> list[str]:
    return []


@pytest.fixture
def station(sentences: list[str]) -> Iterator[Station]:
    station = Station(sentences.append)
    yield station
    station.close()


@pytest.fixture
def page_on() -> BroadcastSettings:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    return BroadcastSettings(serves_page=True, port=port).with_new_token()


def shown_at(url: str) -> list[str]:
    """What a page that opens now shows first."""
    with connect(f"{url}live".replace("http", "ws"), proxy=None) as page:
        paragraphs: list[str] = json.loads(page.recv(5))["paragraphs"]
        return paragraphs


def test_it_is_turned_on_and_off_again_and_again(
    station: Station, page_on: BroadcastSettings
) -> None:
    station.show(SubtitleStyle(), GOAL)
    for _ in range(3):
        station.apply(page_on)
        wait_until(lambda: shown_at(station.url) == ["Goal!"], "the text")
        station.apply(replace(page_on, serves_page=False))
        assert station.url == ""
        assert station.num_pages == 0


def test_another_setting_leaves_open_pages_alone(
    station: Station, page_on: BroadcastSettings, tmp_path: Path
) -> None:
    station.apply(page_on)
    with connect(f"{station.url}live".replace("http", "ws"), proxy=None) as page:
        page.recv(5)
        station.apply(replace(page_on, writes_file=True, file=str(tmp_path / "live.txt")))
        station.show(SubtitleStyle(), GOAL)
        assert json.loads(page.recv(5))["paragraphs"] == ["Goal!"]
    file = tmp_path / "live.txt"
    wait_until(lambda: file.exists() and file.read_text() == "Goal!", "the file")


def test_a_port_in_use_is_said_and_tried_again(
    station: Station, page_on: BroadcastSettings, sentences: list[str]
) -> None:
    with socket.create_server(("127.0.0.1", page_on.port)):
        station.apply(page_on)
        assert station.url == ""
        assert sentences == [station.problem]
        assert f"Port {page_on.port}" in station.problem
    station.apply(page_on)
    assert station.url
    assert station.problem == ""
