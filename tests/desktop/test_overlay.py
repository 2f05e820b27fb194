"""The overlay on a real X server: what is seen of it, and where clicks go."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import mss
import pytest

from app.capture.specs import Region
from tests import ROOT
from tests.app.capture.painted_window import painted_window
from tests.desktop.test_window import ended, kibitz, press
from tests.support.processes import need_programs, running
from tests.support.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import numpy as np

    from tests.support.desktop import XServer

PLACE = Region(200, 500, 800, 140)
BEHIND = Region(0, 0, 1280, 800)
ALL_BRIGHT = 255
GREEN = (0, 255, 0)
UNTIL_SHOWN_S = 30


class Overlay:
    """The overlay's process."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self.heard: list[str] = []

    def order(self, command: str) -> None:
        """Give a command and wait until it is done."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{command}\n")
        self._process.stdin.flush()
        self.hear("done")

    def hear(self, word: str) -> str:
        """Wait for a line that begins with `word`."""
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self.heard.append(line.strip())
            if line.startswith(word):
                return line.strip()
        pytest.fail(f"the overlay ended before it said {word!r}: {self.heard}")


@contextmanager
def overlay_on(server: XServer, opacity: float = 0.5, scale: str = "1") -> Iterator[Overlay]:
    place = [
        str(number // int(scale))
        for number in (PLACE.left_px, PLACE.top_px, PLACE.width_px, PLACE.height_px)
    ]
    command = [sys.executable, "-m", "tests.desktop.overlay_program", *place, str(opacity)]
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=server.environment(QT_SCALE_FACTOR=scale),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            overlay = Overlay(process)
            overlay.hear("shown")
            yield overlay
            overlay.order("quit")
        finally:
            process.kill()


def pixels() -> np.ndarray:
    """The place of the overlay as a capture sees it, (height, width, 3) RGB."""
    import numpy as np

    with mss.MSS() as screen:
        area = {
            "left": PLACE.left_px,
            "top": PLACE.top_px,
            "width": PLACE.width_px,
            "height": PLACE.height_px,
        }
        shot = screen.grab(area)
    return np.frombuffer(shot.rgb, np.uint8).reshape(shot.height, shot.width, 3)


def share_of(colour: tuple[int, int, int]) -> float:
    """How much of the overlay's place has this colour."""
    return float((pixels() == colour).all(axis=2).mean())


def colours_in_the_corner() -> set[tuple[int, ...]]:
    return {tuple(pixel) for pixel in pixels()[:8, :8].reshape(-1, 3).tolist()}


@pytest.fixture
def behind(x_server: XServer) -> Iterator[set[tuple[int, ...]]]:
    """A picture over the whole screen; gives its colours in the corner of the overlay's place."""
    with running(painted_window(ALL_BRIGHT, BEHIND), x_server.environment(PYTHONPATH=str(ROOT))):
        wait_until(lambda: bool(pixels().all()), "the picture behind", UNTIL_SHOWN_S)
        yield colours_in_the_corner()


@pytest.mark.parametrize("scale", ["1", "2"])
def test_without_a_compositor_only_the_box_of_the_text_is_seen(
    x_server: XServer, behind: set[tuple[int, ...]], scale: str
) -> None:
    with overlay_on(x_server, scale=scale) as overlay:
        empty = pixels()
        assert colours_in_the_corner() == behind
        overlay.order("say Goal!")
        wait_until(lambda: share_of(GREEN) > 0.02, "the box")
        assert share_of(GREEN) < 0.5
        assert colours_in_the_corner() == behind
        overlay.order("silence")
        wait_until(lambda: bool((pixels() == empty).all()), "an empty screen")


def test_without_a_compositor_and_box_only_the_letters_are_seen(
    x_server: XServer, behind: set[tuple[int, ...]]
) -> None:
    with overlay_on(x_server, opacity=0) as overlay:
        overlay.order("say Goal!")
        wait_until(lambda: share_of((255, 255, 255)) > 0.01, "the letters")
        assert share_of(GREEN) == 0
        assert share_of((0, 0, 0)) < 0.1
        assert colours_in_the_corner() == behind


def test_with_a_compositor_the_box_is_seen_through(desktop: XServer) -> None:
    with overlay_on(desktop) as overlay:
        overlay.order("say Goal!")
        wait_until(lambda: share_of((255, 255, 255)) > 0.01, "the letters")
        assert share_of(GREEN) == 0
        green = pixels()[:, :, 1].astype(int) - pixels()[:, :, 0]
        assert (green > 60).mean() > 0.02


@pytest.mark.parametrize("surroundings", ["x_server", "desktop"])
def test_clicks_fall_through_until_it_is_unlocked(
    request: pytest.FixtureRequest, surroundings: str
) -> None:
    server: XServer = request.getfixturevalue(surroundings)
    with overlay_on(server) as overlay:
        overlay.order("say Goal!")
        assert window_under(server, 600, 600) != "Kibitz subtitles"
        overlay.order("unlock")
        wait_until(lambda: window_under(server, 600, 600) == "Kibitz subtitles", "the lock")
        pull(server, (600, 570), (560, 500))
        assert overlay.hear("placed") == "placed 160 430 800 140"
        pull(server, (958, 568), (900, 548))
        assert overlay.hear("placed") == "placed 160 430 742 120"
        server.run("xdotool", "key", "Left", "shift+Down", "Escape")
        assert overlay.hear("placed") == "placed 150 430 742 120"
        assert overlay.hear("placed") == "placed 150 430 742 130"
        overlay.hear("locked")
        wait_until(lambda: window_under(server, 500, 500) != "Kibitz subtitles", "the lock")


def window_under(server: XServer, x: int, y: int) -> str:
    """The name of the window that would get a click at this place."""
    server.run("xdotool", "mousemove", "--sync", str(x), str(y))
    found = server.run("xdotool", "getmouselocation", "--shell")
    window = dict(line.split("=") for line in found.split())["WINDOW"]
    answer = subprocess.run(
        ["xdotool", "getwindowname", window],
        check=False,  # the root window has no name
        env=server.environment(),
        capture_output=True,
        text=True,
    )
    return answer.stdout.strip()


def pull(server: XServer, start: tuple[int, int], end: tuple[int, int]) -> None:
    """Drag from `start` to `end`."""
    steps = ["mousemove", "--sync", str(start[0]), str(start[1]), "mousedown", "1"]
    steps += ["mousemove", "--sync", str((start[0] + end[0]) // 2), str((start[1] + end[1]) // 2)]
    steps += ["mousemove", "--sync", str(end[0]), str(end[1]), "mouseup", "1"]
    server.run("xdotool", *steps)


def test_it_goes_to_its_place_on_each_monitor_as_they_come_and_go(
    desktop: XServer, tmp_path: Path
) -> None:
    need_programs("xrandr")
    desktop.plug("left", "640/200x800/200+0+0", "screen")
    desktop.plug("right", "640/200x800/200+640+0", "none")
    places = [place_on("right", 50, 60, 400), place_on("left", 10, 600, 500)]
    overlay = {"is_shown": True, "monitor": "right", "places": places}
    file = tmp_path / "kibitz" / "settings.json"
    file.parent.mkdir()
    file.write_text(json.dumps({"version": 1, "sections": {"overlay": overlay}}))
    with kibitz(desktop, XDG_CONFIG_HOME=str(tmp_path)) as program:
        wait_until(lambda: where_is_it(desktop) == (690, 60, 400), "the monitor on the right")
        desktop.unplug("right")
        wait_until(lambda: where_is_it(desktop) == (10, 600, 500), "the monitor on the left")
        desktop.plug("right", "640/200x800/200+640+0", "none")
        wait_until(lambda: where_is_it(desktop) == (690, 60, 400), "the monitor on the right")
        press(desktop, "ctrl+q")
        assert ended(program) == 0
    assert json.loads(file.read_text())["sections"]["overlay"] == overlay


def place_on(monitor: str, x: int, y: int, width: int) -> dict[str, object]:
    """A place as the settings keep it."""
    return {"monitor": monitor, "x": x, "y": y, "width": width, "height": 130, "mode": None}


def where_is_it(server: XServer) -> tuple[int, int, int]:
    """Left side, top and width of the overlay on the whole desktop."""
    found = server.run(
        "xdotool", "search", "--name", "Kibitz subtitles", "getwindowgeometry", "--shell"
    )
    values = dict(line.split("=") for line in found.split() if "=" in line)
    return int(values["X"]), int(values["Y"]), int(values["WIDTH"])
