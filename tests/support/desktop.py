"""A real X server without a screen (Xvfb), with a window manager and a compositor if wanted."""

from __future__ import annotations

import os
import subprocess
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from tests.support.processes import need_programs, running
from tests.support.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class XServer:
    """A running X server.

    Attributes:
        display: What DISPLAY must hold, as ":99".
    """

    display: str

    def environment(self, **further: str) -> dict[str, str]:
        """Variables for a child process that shows its windows here, through Qt or not."""
        hidden = ("WAYLAND_DISPLAY", "XAUTHORITY", "QT_QPA_PLATFORM", "SESSION_MANAGER")
        kept = {name: value for name, value in os.environ.items() if name not in hidden}
        return kept | {"DISPLAY": self.display, "QT_QPA_PLATFORM": "xcb"} | further

    def run(self, *command: str) -> str:
        """Run a client, xdotool for example, to its end and give what it printed."""
        return subprocess.run(
            command, env=self.environment(), check=True, capture_output=True, text=True, timeout=20
        ).stdout

    def plug(self, name: str, geometry: str, output: str) -> None:
        """Give the server one more monitor."""
        self.run("xrandr", "--setmonitor", name, geometry, output)

    def unplug(self, name: str) -> None:
        """Take a monitor away."""
        self.run("xrandr", "--delmonitor", name)


@contextmanager
def x_server_of(width_px: int, height_px: int) -> Iterator[XServer]:
    """Start an X server with one screen of this size and 24 bits a pixel."""
    need_programs("Xvfb")
    screen = f"{width_px}x{height_px}x24"
    command = ["Xvfb", "-displayfd", "1", "-screen", "0", screen, "-nolisten", "tcp", "-noreset"]
    with running(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        number = process.stdout.readline().decode().strip()  # written once it accepts clients
        if not number:
            pytest.fail("Xvfb ended before it was ready")
        yield XServer(f":{number}")


@pytest.fixture
def x_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[XServer]:
    """A bare X server of 1280x800; DISPLAY names it for this process, too."""
    with x_server_of(1280, 800) as server:
        monkeypatch.setenv("DISPLAY", server.display)
        for name in ("WAYLAND_DISPLAY", "XAUTHORITY"):
            monkeypatch.delenv(name, raising=False)
        yield server


@pytest.fixture
def desktop(x_server: XServer) -> Iterator[XServer]:
    """The X server with a window manager (openbox) and a compositor (picom) on it."""
    need_programs("openbox", "picom", "xdotool", "xprop")
    environment = x_server.environment()
    with ExitStack() as stack:
        stack.enter_context(running(["openbox", "--sm-disable"], environment))
        wait_until(lambda: "window id" in _root_property(x_server), "openbox")
        stack.enter_context(running(["picom", "--backend", "xrender"], environment))
        yield x_server


def _root_property(server: XServer) -> str:
    return server.run("xprop", "-root", "_NET_SUPPORTING_WM_CHECK")
