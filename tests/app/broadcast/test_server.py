"""The streaming page over real connections on the loopback device."""

from __future__ import annotations

import http.client
import json
import socket
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from app.broadcast.server import BroadcastServer
from app.broadcast.settings import BroadcastSettings
from app.broadcast.state import page_state
from app.errors import BroadcastError, SettingsError
from app.subtitles.settings import SubtitleStyle
from app.subtitles.view import SubtitleView
from tests.support.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from websockets.sync.client import ClientConnection

TOKEN = "a-secret_token"
STYLE = SubtitleStyle(colour="#ffee00", size_pt=40)


@pytest.fixture
def server() -> Iterator[BroadcastServer]:
    server = BroadcastServer(0, TOKEN)
    server.start()
    yield server
    server.stop()
    assert server.join()


def page_of(
    server: BroadcastServer, path: str | None = None, host: str | None = None
) -> tuple[int, str, http.client.HTTPMessage]:
    """Fetch a page: status, text, headers."""
    url = urlsplit(server.url)
    client = http.client.HTTPConnection("127.0.0.1", url.port or 0, timeout=5)
    client.request("GET", path or url.path, headers={"Host": host} if host else {})
    answer = client.getresponse()
    text = answer.read().decode()
    client.close()
    return answer.status, text, answer.headers


def listen(
    server: BroadcastServer, *, origin: str | None = None, path: str = "live"
) -> AbstractContextManager[ClientConnection]:
    """Open the WebSocket as the page does, or as another page would."""
    url = urlsplit(server.url)
    address = f"ws://{url.netloc}{url.path}{path}"
    return connect(address, origin=origin or f"http://{url.netloc}", proxy=None, open_timeout=5)


def next_state(client: ClientConnection) -> dict[str, object]:
    return json.loads(client.recv(timeout=5))


def text_of(client: ClientConnection) -> list[str]:
    """The text of the next state."""
    text = next_state(client)["paragraphs"]
    assert isinstance(text, list)
    return text


def test_the_page_may_run_its_own_script_only(server: BroadcastServer) -> None:
    status, text, headers = page_of(server)
    assert status == 200
    assert headers["Content-Type"].startswith("text/html")
    nonce = text.split('<script nonce="')[1].split('"')[0]
    assert f"script-src 'nonce-{nonce}'" in headers["Content-Security-Policy"]
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert headers["Cache-Control"] == "no-store"
    assert page_of(server)[1].split('<script nonce="')[1].split('"')[0] != nonce


@pytest.mark.parametrize(
    "path", ["/", "/live", "/another_token/", "/a-secret_toke/", f"/{TOKEN}x/", f"/{TOKEN}/else"]
)
def test_without_the_token_there_is_nothing(server: BroadcastServer, path: str) -> None:
    assert page_of(server, path)[:2] == (404, "Not Found\n")


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "127.0.0.1.evil.example:80"])
def test_under_another_name_there_is_nothing(server: BroadcastServer, host: str) -> None:
    assert page_of(server, host=host)[:2] == (403, "Forbidden\n")


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:1"])
def test_other_pages_may_not_listen(server: BroadcastServer, origin: str) -> None:
    with pytest.raises(InvalidStatus) as refused, listen(server, origin=origin):
        pass
    assert refused.value.response.status_code == 403
    with pytest.raises(InvalidStatus) as refused, listen(server, path="../wrong/live"):
        pass
    assert refused.value.response.status_code == 404


def test_it_listens_on_the_loopback_device_only(server: BroadcastServer) -> None:
    port = urlsplit(server.url).port or 0
    others = {info[4][0] for info in socket.getaddrinfo(socket.gethostname(), port, socket.AF_INET)}
    for address in others - {"127.0.0.1"}:
        if not str(address).startswith("127."):
            with socket.socket() as knock:
                assert knock.connect_ex((str(address), port)) != 0
    assert server.url.startswith("http://127.0.0.1:")


def test_pages_are_told_of_every_change(server: BroadcastServer) -> None:
    with listen(server) as first, listen(server) as second:
        assert text_of(first) == text_of(second) == []
        wait_until(lambda: server.num_pages == 2, "both pages")
        server.show(page_state(STYLE, SubtitleView(("进球了", "Goal!"))))
        state = next_state(first)
        assert (state["paragraphs"], state["is_fading"]) == (["进球了", "Goal!"], False)
        assert state["style"]["colour"] == "#ffee00"  # type: ignore[index]
        assert text_of(second) == ["进球了", "Goal!"]
        for opacity in (0.9, 0.5, 0.1):
            server.show(page_state(STYLE, SubtitleView(("Goal!",), opacity)))
        assert next_state(first)["is_fading"] is True
        server.show(page_state(STYLE))
        assert text_of(first) == []
    wait_until(lambda: server.num_pages == 0, "their leaving")


def test_a_page_that_comes_later_sees_what_is_shown(server: BroadcastServer) -> None:
    server.show(page_state(STYLE, SubtitleView(("Goal!",))))
    for _ in range(2):
        with listen(server) as page:
            assert text_of(page) == ["Goal!"]


def test_a_page_that_does_not_read_holds_up_nobody(server: BroadcastServer) -> None:
    with listen(server) as idle, listen(server) as eager:
        text_of(eager)
        for i in range(200):
            server.show(page_state(STYLE, SubtitleView((f"{i} " + "x" * 2000,))))
        server.show(page_state(STYLE, SubtitleView(("the end",))))
        while text_of(eager) != ["the end"]:
            pass
        while text_of(idle) != ["the end"]:
            pass


def test_pages_come_back_when_it_starts_again() -> None:
    first = BroadcastServer(0, TOKEN)
    first.start()
    with listen(first) as page:
        text_of(page)
        first.stop()
        second = BroadcastServer(urlsplit(first.url).port or 0, TOKEN)
        second.start()
        with pytest.raises(ConnectionClosed):
            page.recv(timeout=5)
    with listen(second) as page:
        assert text_of(page) == []
    second.stop()
    assert first.join()
    assert second.join()


def test_a_port_that_is_taken_is_said(server: BroadcastServer) -> None:
    port = urlsplit(server.url).port or 0
    with pytest.raises(BroadcastError, match=f"Port {port} .* choose another"):
        BroadcastServer(port, TOKEN)


def test_a_new_token_is_another_address() -> None:
    first = BroadcastSettings().with_new_token()
    second = first.with_new_token()
    assert len(first.token) >= 20
    assert first.token != second.token
    with pytest.raises(SettingsError, match="port"):
        BroadcastSettings(port=80)
    with pytest.raises(SettingsError, match="token"):
        BroadcastSettings(token="a/b")
