"""A model hub on the loopback device: speaks the routes that downloads use, and can misbehave."""

from __future__ import annotations

import hashlib
import json
import re
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING
from urllib.parse import unquote

import pytest
from huggingface_hub import constants  # here, so that it reads the environment of all tests

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

COMMIT = "0123456789abcdef0123456789abcdef01234567"
_INFO = re.compile(r"/api/models/(?P<id>[^/?]+/[^/?]+)(/revision/main)?(\?.*)?")
_FILE = re.compile(r"/(?P<id>[^/]+/[^/]+)/resolve/(?P<commit>[^/]+)/(?P<name>[^/?]+)")
_BLOCK_BYTES = 16384


@dataclass(slots=True)
class Faults:
    """What goes wrong; each `drop_after` is used up by one answer that it cut short.

    Attributes:
        drop_after: Close the connection after so many bytes of a file's answer.
        stall_after: Send so many bytes of a file's answer and then no more until `release`.
        busy: Answer so many requests for files with status 503 first.
        corrupt: Change the last byte of so many answers.
        ignores_ranges: Send files from their beginning whatever was asked for.
        gated: Refuse everything as a hub does whose terms nobody accepted.
    """

    drop_after: list[int] = field(default_factory=list[int])
    stall_after: int | None = None
    release: threading.Event = field(default_factory=threading.Event)
    busy: int = 0
    corrupt: int = 0
    ignores_ranges: bool = False
    gated: bool = False


@dataclass(slots=True)
class Hub:
    """The hub; `requests` are the (file, first byte) pairs that were asked for, in order."""

    address: str
    models: dict[str, dict[str, bytes]] = field(default_factory=dict[str, dict[str, bytes]])
    licences: dict[str, str] = field(default_factory=dict[str, str])
    claimed_sizes: dict[str, int] = field(default_factory=dict[str, int])
    faults: Faults = field(default_factory=Faults)
    requests: list[tuple[str, int]] = field(default_factory=list[tuple[str, int]])
    sent_bytes: int = 0

    def add(self, hub_id: str, files: Mapping[str, bytes], licence: str = "apache-2.0") -> None:
        """Offer a model."""
        self.models[hub_id] = dict(files)
        self.licences[hub_id] = licence

    def listing(self, hub_id: str) -> dict[str, object]:
        """What the hub's interface says about a model."""
        return {
            "id": hub_id,
            "sha": COMMIT,
            "cardData": {"license": self.licences[hub_id]},
            "siblings": [self._sibling(name, body) for name, body in self.models[hub_id].items()],
        }

    def _sibling(self, name: str, body: bytes) -> dict[str, object]:
        size = self.claimed_sizes.get(name, len(body))
        git = hashlib.sha1(f"blob {len(body)}\0".encode() + body, usedforsecurity=False)
        sibling: dict[str, object] = {"rfilename": name, "size": size, "blobId": git.hexdigest()}
        if name.endswith(".safetensors"):
            digest = hashlib.sha256(body).hexdigest()
            sibling["lfs"] = {"size": size, "sha256": digest, "pointerSize": 134}
        return sibling


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        hub = self.server.hub
        try:
            if hub.faults.gated:
                self._refuse(403, "GatedRepo")
            elif found := _INFO.fullmatch(self.path):
                self._say(found["id"])
            elif found := _FILE.fullmatch(self.path):
                self._send(found["id"], unquote(found["name"]))
            else:
                self._refuse(404, "EntryNotFound")
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True  # the client was killed, as some tests want it

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: requests are not part of a test's report."""

    def _refuse(self, status: int, code: str) -> None:
        self.send_response(status)
        self.send_header("X-Error-Code", code)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _say(self, hub_id: str) -> None:
        if hub_id not in self.server.hub.models:
            self._refuse(404, "RepoNotFound")
            return
        body = json.dumps(self.server.hub.listing(hub_id)).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _send(self, hub_id: str, name: str) -> None:
        hub, faults = self.server.hub, self.server.hub.faults
        body = hub.models[hub_id][name]
        start = int(self.headers.get("Range", "bytes=0-")[6:-1])
        hub.requests.append((name, start))
        if faults.busy:
            faults.busy -= 1
            self._refuse(503, "Busy")
            return
        if faults.ignores_ranges:
            start = 0
        if faults.corrupt:
            faults.corrupt -= 1
            body = body[:-1] + bytes([body[-1] ^ 1])
        self.send_response(206 if start else 200)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(body) - 1}/{len(body)}")
        self.send_header("Content-Length", str(len(body) - start))
        self.end_headers()
        self._stream(memoryview(body)[start:])

    def _stream(self, body: memoryview) -> None:
        faults = self.server.hub.faults
        limit = len(body)
        if len(body) > _BLOCK_BYTES and faults.drop_after:
            limit = faults.drop_after.pop(0)
        is_stalled = len(body) > _BLOCK_BYTES and faults.stall_after is not None
        if is_stalled and faults.stall_after is not None:
            limit = faults.stall_after
        for begin in range(0, min(limit, len(body)), _BLOCK_BYTES):
            self.wfile.write(body[begin : min(begin + _BLOCK_BYTES, limit)])
            self.server.hub.sent_bytes += min(_BLOCK_BYTES, limit - begin)
        self.wfile.flush()
        if is_stalled:
            faults.release.wait()
        if limit < len(body):
            self.close_connection = True


class _Server(ThreadingHTTPServer):
    daemon_threads = False  # closing the server waits for its requests

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.hub = Hub(f"http://127.0.0.1:{self.server_port}")


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    """A hub that answers nobody but this machine; child processes of the test use it, too."""
    with _Server() as server:
        monkeypatch.setenv("HF_ENDPOINT", server.hub.address)
        monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
        monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
        thread = threading.Thread(target=server.serve_forever, name="hub")
        thread.start()
        try:
            yield server.hub
        finally:
            server.hub.faults.release.set()
            server.shutdown()
            thread.join()
