"""The page for browser sources, and who may have it."""

from __future__ import annotations

import hmac
import secrets
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING

from websockets.datastructures import Headers
from websockets.http11 import Response

if TYPE_CHECKING:
    from http import HTTPStatus

    from websockets.http11 import Request

LIVE = "live"  # the WebSocket's name below the page


def hosts_of(port: int) -> tuple[str, ...]:
    """The names under which this machine alone finds the page."""
    return (f"127.0.0.1:{port}", f"localhost:{port}")


def is_from_here(request: Request, port: int) -> bool:
    """True where the request names this machine and no page but ours sent it.

    A page of the web whose name is made to lead here still names itself as the host. Programs that
    are no browsers send no origin; without the token they get nothing either.
    """
    hosts = hosts_of(port)
    origins = request.headers.get_all("Origin")
    return request.headers.get_all("Host") in [[host] for host in hosts] and all(
        origin in {f"http://{host}" for host in hosts} for origin in origins
    )


def part_of_page(path: str, token: str) -> str | None:
    """What is asked for below the page's address; None where the token is not the right one."""
    given, _, part = path.partition("?")[0].removeprefix("/").partition("/")
    if not token or not hmac.compare_digest(given.encode(), token.encode()):
        return None
    return part


def page_response() -> Response:
    """The page itself; it may run its own script and speak to its own server, nothing else."""
    nonce = secrets.token_urlsafe(12)
    source = (files("assets") / "broadcast" / "page.html").read_text(encoding="utf-8")
    policy = (
        f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; "
        "connect-src 'self' ws://127.0.0.1:* ws://localhost:*; frame-ancestors 'none'"
    )
    body = Template(source).substitute(nonce=nonce).encode()
    return _response(200, "OK", body, "text/html; charset=utf-8", policy)


def refusal(status: HTTPStatus) -> Response:
    """No page, and no word why."""
    return _response(status, status.phrase, f"{status.phrase}\n".encode(), "text/plain", "")


def _response(status: int, phrase: str, body: bytes, kind: str, policy: str) -> Response:
    headers = Headers(
        {
            "Content-Type": kind,
            "Content-Length": str(len(body)),
            "Cache-Control": "no-store",
            "Connection": "close",
            "Content-Security-Policy": policy or "default-src 'none'",
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
        }
    )
    return Response(status, phrase, headers, body)
