"""The program's window on a real X server, steered by mouse and keys only."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from tests import ROOT
from tests.engine.checkpoints import save_checkpoint
from tests.support.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.desktop import XServer

SHOW_TIMEOUT_S = 30
END_TIMEOUT_S = 30
STOPPED_WHILE_LOADING = "the session ends while its engine thread is still busy"


@contextmanager
def kibitz(
    desktop: XServer, *arguments: str, **environment: str
) -> Iterator[subprocess.Popen[str]]:
    """The program, its window in front."""
    with subprocess.Popen(
        [sys.executable, "-m", "app", "window", *arguments],
        cwd=ROOT,
        env=desktop.environment(**environment),
        stderr=subprocess.PIPE,
        text=True,
    ) as program:
        try:
            wait_until(lambda: is_in_front(desktop, "Kibitz"), "the window", SHOW_TIMEOUT_S)
            yield program
        finally:
            if program.poll() is None:
                program.kill()


def is_in_front(desktop: XServer, title: str) -> bool:
    """Whether the window with the keyboard has this word in its title."""
    try:
        return title in desktop.run("xdotool", "getactivewindow", "getwindowname")
    except subprocess.CalledProcessError:  # no window has it
        return False


def press(desktop: XServer, *keys: str) -> None:
    desktop.run("xdotool", "key", "--delay", "60", *keys)


def drag(desktop: XServer, start: tuple[int, int], end: tuple[int, int]) -> None:
    """Press at `start`, let go at `end`, in pixels of the screen."""
    halfway = (start[0] + end[0]) // 2, (start[1] + end[1]) // 2
    steps: list[str] = []
    for place, button in ((start, "mousedown"), (halfway, ""), (end, "mouseup")):
        steps += ["mousemove", "--sync", str(place[0]), str(place[1])]
        steps += [button, "1"] if button else []
    desktop.run("xdotool", *steps)


def ended(program: subprocess.Popen[str]) -> int:
    """The exit code; Qt or Python may have complained of nothing."""
    _, errors = program.communicate(timeout=END_TIMEOUT_S)
    assert [line for line in errors.splitlines() if line != STOPPED_WHILE_LOADING] == []
    return program.returncode


def test_the_window_opens_and_ctrl_q_closes_it(desktop: XServer) -> None:
    with kibitz(desktop) as program:
        press(desktop, "ctrl+q")
        assert ended(program) == 0


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal")
def test_ctrl_c_in_the_terminal_closes_it(desktop: XServer) -> None:
    with kibitz(desktop) as program:
        program.send_signal(signal.SIGINT)
        assert ended(program) == 0


def test_f1_opens_the_help_and_escape_closes_it(desktop: XServer) -> None:
    with kibitz(desktop) as program:
        press(desktop, "F1")
        wait_until(lambda: is_in_front(desktop, "Kibitz Help"), "the help")
        press(desktop, "Escape")
        wait_until(lambda: not is_in_front(desktop, "Kibitz Help"), "its end")
        wait_until(lambda: is_in_front(desktop, "Kibitz"), "the window")
        press(desktop, "ctrl+q")
        assert ended(program) == 0


@pytest.mark.parametrize("scale", ["1", "2"])
def test_a_dragged_region_is_watched_to_the_pixel(
    desktop: XServer, tmp_path: Path, user_folders: Path, scale: str
) -> None:
    model = save_checkpoint(tmp_path / "model")
    with kibitz(desktop, "--model", str(model), QT_SCALE_FACTOR=scale) as program:
        press(desktop, "alt+s", "Home", "Down", "Down", "alt+l")
        wait_until(lambda: is_in_front(desktop, "Select a screen region"), "the selection")
        drag(desktop, (201, 151), (680, 420))
        wait_until(lambda: is_in_front(desktop, "Kibitz"), "the window")
        press(desktop, "F5")
        wait_until(lambda: bool(watched(user_folders)), "the journal", 60)
        assert watched(user_folders) == ["screen:201,151,479,269"]
        press(desktop, "ctrl+q")
        assert ended(program) == 0


def watched(user_folders: Path) -> list[str]:
    """The sources that stand in the journals; one that holds no line is gone when it ends."""
    journals = (user_folders / "data" / "kibitz" / "transcripts").glob("screen*.jsonl")
    first_lines = [path.read_text("utf-8").partition("\n")[0] for path in journals]
    return [json.loads(line)["source"] for line in first_lines if line]
