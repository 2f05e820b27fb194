"""A stand-in for a desktop's portal, on a session bus and a PipeWire of its own.

It shares one colour, which GStreamer sends. A real portal needs a compositor and a person who
answers, and the one that is easily started (xdg-desktop-portal-wlr 0.7) shares nothing without a
graphics card.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.processes import need_programs, running
from tests.support.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

SYSTEM_PYTHON = "/usr/bin/python3"  # the one that Debian's python3-dbus belongs to
PORTAL = Path(__file__).with_name("portal_program.py")
NODE = "kibitz-test-picture"
COLOUR = 200, 100, 50
WIDTH_PX, HEIGHT_PX = 318, 240  # a row of RGB is no whole number of words
START_S = 60.0  # all of these take their time on a busy machine


@dataclass(frozen=True, slots=True)
class StandIn:
    """A running stand-in.

    Attributes:
        variables: What leads a program to its bus and its PipeWire.
    """

    variables: dict[str, str]
    process: subprocess.Popen[bytes]

    def end_sharing(self) -> None:
        """What the person does by the desktop's own means."""
        self.process.send_signal(signal.SIGUSR1)


@contextmanager
def portal_that(manner: str, folder: Path) -> Iterator[StandIn]:
    """Start bus, PipeWire, picture and portal.

    Args:
        manner: What the person does, see `portal_program`.
        folder: For the sockets.
    """
    need_programs("dbus-daemon", "gst-launch-1.0", "pipewire", "pw-dump", "wireplumber")
    _need_system_modules()
    environment = os.environ | {"XDG_RUNTIME_DIR": str(folder)}
    with ExitStack() as stack:

        def start(*command: str) -> subprocess.Popen[bytes]:
            return stack.enter_context(running(command, environment, stdout=subprocess.PIPE))

        bus = start("dbus-daemon", "--session", "--nofork", "--print-address")
        environment["DBUS_SESSION_BUS_ADDRESS"] = _first_line(bus)
        start("pipewire")
        wait_until((folder / "pipewire-0").exists, "pipewire", START_S)
        start("wireplumber")
        start(*_picture_command())
        wait_until(lambda: _node(environment) is not None, "the test picture", START_S)
        portal = start(SYSTEM_PYTHON, str(PORTAL), manner, str(_node(environment)))
        assert _first_line(portal) == "ready"
        names = ("DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR")
        yield StandIn({name: environment[name] for name in names}, portal)


def _need_system_modules() -> None:
    question = [SYSTEM_PYTHON, "-c", "import dbus.mainloop.glib, gi"]
    has_python = Path(SYSTEM_PYTHON).exists()
    if not has_python or subprocess.run(question, check=False, capture_output=True).returncode:
        pytest.skip("not installed: the Debian packages python3-dbus and python3-gi")


def _picture_command() -> list[str]:
    red, green, blue = COLOUR
    colour = 0xFF << 24 | red << 16 | green << 8 | blue
    form = f"video/x-raw,format=BGRx,width={WIDTH_PX},height={HEIGHT_PX},framerate=10/1"
    source = ["videotestsrc", "is-live=true", "pattern=solid-color", f"foreground-color={colour}"]
    sink = ["pipewiresink", "mode=provide", f"stream-properties=p,node.name={NODE}"]
    return ["gst-launch-1.0", "--quiet", *source, "!", form, "!", *sink]


def _first_line(process: subprocess.Popen[bytes]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().decode().strip()


def _node(environment: dict[str, str]) -> int | None:
    """PipeWire's number of the test picture."""
    answer = subprocess.run(["pw-dump"], env=environment, check=False, capture_output=True)
    for thing in json.loads(answer.stdout or "[]"):
        if (thing.get("info") or {}).get("props", {}).get("node.name") == NODE:
            return thing["id"]
    return None
