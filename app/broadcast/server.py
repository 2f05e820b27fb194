"""Serves the page and tells it of every change, in a thread of its own."""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
from http import HTTPStatus
from typing import TYPE_CHECKING

from websockets.asyncio.server import serve
from websockets.exceptions import ConnectionClosed

from app.broadcast.board import Board
from app.broadcast.page import LIVE, hosts_of, is_from_here, page_response, part_of_page, refusal
from app.errors import BroadcastError

if TYPE_CHECKING:
    from websockets.asyncio.server import ServerConnection
    from websockets.http11 import Request, Response

    from app.broadcast.state import PageState

logger = logging.getLogger(__name__)

LOOPBACK = "127.0.0.1"
_CLOSE_S = 1.0  # for pages to say goodbye
_MAX_MESSAGE_BYTES = 1024  # pages have nothing to say
_quiet = logging.getLogger(f"{__name__}.websockets")
_quiet.setLevel(logging.CRITICAL)  # whoever knocks at a local port could fill the log


class BroadcastServer:
    """The page on one port, from `start` to `stop`; its methods may be called by any thread.

    Args:
        port: On the loopback device; 0 takes a free one.
        token: Whoever does not know it gets nothing.
    """

    def __init__(self, port: int, token: str) -> None:
        self._token = token
        self._board = Board()
        self._num_pages = 0
        self._socket = _listen(port)
        self._port: int = self._socket.getsockname()[1]
        # Windows' other loop would take over what wakes Python for Ctrl-C.
        self._loop = asyncio.SelectorEventLoop()
        self._stopping = asyncio.Event()
        self._is_deaf = threading.Event()
        self._thread = threading.Thread(target=self._run, name="broadcast", daemon=True)

    @property
    def url(self) -> str:
        """The page's address."""
        return f"http://{hosts_of(self._port)[0]}/{self._token}/"

    @property
    def num_pages(self) -> int:
        """How many pages are open."""
        return self._num_pages

    def start(self) -> None:
        """Serve from now on."""
        self._thread.start()

    def show(self, state: PageState) -> None:
        """Tell all pages, those that are open and those to come."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._board.post, state)

    def stop(self) -> None:
        """Serve no more; returns as soon as the port is free, while pages are still closing."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stopping.set)
            self._is_deaf.wait(_CLOSE_S)

    def join(self, timeout_s: float = 2 * _CLOSE_S) -> bool:
        """Wait for the end after `stop`; False if it takes longer than `timeout_s`."""
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _run(self) -> None:
        try:
            with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
                runner.run(self._serve())
        except Exception:  # the thread's edge: nobody above would see it
            logger.exception("the page for streaming programs broke off")
        finally:
            self._is_deaf.set()

    async def _serve(self) -> None:
        server = await serve(
            self._talk,
            sock=self._socket,
            process_request=self._answer,
            max_size=_MAX_MESSAGE_BYTES,
            close_timeout=_CLOSE_S,
            server_header=None,
            logger=_quiet,
        )
        await self._stopping.wait()
        server.close()
        await asyncio.sleep(0)  # the first thing its task does is to close the listening socket
        self._is_deaf.set()
        await server.wait_closed()

    def _answer(self, connection: ServerConnection, request: Request) -> Response | None:
        """Give the page, or let the WebSocket be opened by returning None."""
        del connection
        if not is_from_here(request, self._port):
            return refusal(HTTPStatus.FORBIDDEN)
        part = part_of_page(request.path, self._token)
        if part == "":
            return page_response()
        return None if part == LIVE else refusal(HTTPStatus.NOT_FOUND)

    async def _talk(self, connection: ServerConnection) -> None:
        """Tell one page of each state until it goes."""
        self._num_pages += 1
        gone = asyncio.create_task(connection.wait_closed())
        try:
            await self._tell(connection, gone)
        except ConnectionClosed:
            logger.debug("a page went while it was told something")
        finally:
            self._num_pages -= 1
            gone.cancel()

    async def _tell(self, connection: ServerConnection, gone: asyncio.Task[None]) -> None:
        seen: PageState | None = None
        while True:
            news = asyncio.create_task(self._board.other_than(seen))
            await asyncio.wait({news, gone}, return_when=asyncio.FIRST_COMPLETED)
            if not news.done():
                news.cancel()
                return
            seen = news.result()
            await connection.send(seen.to_json())


def _listen(port: int) -> socket.socket:
    try:
        return socket.create_server((LOOPBACK, port))
    except OSError as error:
        raise BroadcastError(
            f"Port {port} of this machine cannot be used for the streaming page "
            f"({error.strerror}); choose another one in Preferences, Streaming."
        ) from error
