from __future__ import annotations

import pytest

from app.privacy import remote_host


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("rtsp://user:secret@10.0.0.7:554/a", "10.0.0.7"),
        ("https://Example.org/live", "example.org"),
        ("http://[2001:db8::1]/x", "2001:db8::1"),
        ("http://[::1]:80/x", None),
        ("udp://127.3.2.1:99", None),
        ("http://localhost:8080", None),
        ("", None),
        ("http://[broken", "http://[broken"),
    ],
)
def test_only_other_machines_are_named(address: str, host: str | None) -> None:
    assert remote_host(address) == host
