"""A web server on the loopback device: plain files, motion JPEG, and one that never answers."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

BOUNDARY = "frame"


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        route = self.server.routes.get(self.path)
        if route is None:
            self.send_error(404)
            return
        try:
            route(self)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True  # the client went away, as endless streams always end

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: requests are not part of a test's report."""


class _Server(ThreadingHTTPServer):
    daemon_threads = False  # closing the server waits for its requests

    def __init__(self, routes: dict[str, Callable[[_Handler], None]]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.routes = routes


@dataclass(slots=True)
class WebServer:
    """What the loopback server offers; every method adds a page and gives its address."""

    port: int
    routes: dict[str, Callable[[_Handler], None]]
    stopping: threading.Event = field(default_factory=threading.Event)

    def serve_bytes(self, path: str, body: bytes, kind: str = "application/octet-stream") -> str:
        """Answer with `body`."""

        def answer(request: _Handler) -> None:
            request.send_response(200)
            request.send_header("Content-Type", kind)
            request.send_header("Content-Length", str(len(body)))
            request.end_headers()
            request.wfile.write(body)

        return self._add(path, answer)

    def serve_mjpeg(self, path: str, jpegs: Iterable[bytes], fps: float = 10.0) -> str:
        """Answer with a camera's endless picture stream; it ends where `jpegs` end."""

        def answer(request: _Handler) -> None:
            request.send_response(200)
            kind = f"multipart/x-mixed-replace; boundary={BOUNDARY}"
            request.send_header("Content-Type", kind)
            request.end_headers()
            for jpeg in jpegs:
                head = f"--{BOUNDARY}\r\nContent-Type: image/jpeg\r\nContent-Length: {len(jpeg)}"
                request.wfile.write(head.encode() + b"\r\n\r\n" + jpeg + b"\r\n")
                if self.stopping.wait(1 / fps):
                    return

        return self._add(path, answer)

    def serve_silence(self, path: str) -> str:
        """Take the request and answer nothing, until the server stops."""

        def answer(request: _Handler) -> None:
            self.stopping.wait()
            request.close_connection = True

        return self._add(path, answer)

    def _add(self, path: str, answer: Callable[[_Handler], None]) -> str:
        self.routes[path] = answer
        return f"http://127.0.0.1:{self.port}{path}"


@pytest.fixture
def web_server() -> Iterator[WebServer]:
    """A web server that answers nobody but this machine."""
    with _Server({}) as server:
        site = WebServer(server.server_port, server.routes)
        thread = threading.Thread(target=server.serve_forever, name="web-server")
        thread.start()
        try:
            yield site
        finally:
            site.stopping.set()
            server.shutdown()
            thread.join()
