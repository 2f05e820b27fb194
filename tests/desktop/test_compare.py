"""`kibitz compare` on a real screen: the picture moves, keys vote, the result is told."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import partial
from typing import TYPE_CHECKING

import mss
import numpy as np

from tests import ROOT
from tests.support.processes import running
from tests.support.waiting import wait_until
from tests.ui.compare.making import write_comparison

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.desktop import XServer


def test_the_window_plays_and_the_votes_are_counted(desktop: XServer, tmp_path: Path) -> None:
    settings = write_comparison(tmp_path)
    files = [str(settings.a), str(settings.b), "--video", str(settings.video)]
    rest = ["--votes", str(settings.votes), "--seconds", "4"]
    command = [sys.executable, "-m", "app.cli", "compare", *files, *rest]
    log = tmp_path / "log"
    with (
        log.open("wb") as file,
        running(command, desktop.environment(PYTHONPATH=str(ROOT)), stderr=file) as process,
    ):
        wait_until(lambda: "Which commentary" in titles(desktop), "the window", timeout_s=60)
        first = screen()
        wait_until(lambda: np.abs(screen() - first).max() > 100, "moving pictures", timeout_s=20)
        for number in range(1, 4):
            desktop.run("xdotool", "key", "1")
            wait_until(partial(has_votes, settings.votes, number), f"vote {number}", timeout_s=20)
        desktop.run("xdotool", "key", "Escape")
        assert process.wait(20) == 0
    assert "of 3 decided stretches" in log.read_text()


def titles(desktop: XServer) -> str:
    found = subprocess.run(
        ["xdotool", "search", "--onlyvisible", "--name", "."],
        env=desktop.environment(),
        capture_output=True,
        check=False,
        text=True,
    ).stdout.split()
    return "\n".join(desktop.run("xdotool", "getwindowname", window) for window in found)


def screen() -> np.ndarray:
    with mss.MSS() as grabber:
        return np.asarray(grabber.grab(grabber.monitors[0]))[..., :3].astype(int)


def has_votes(path: Path, number: int) -> bool:
    lines = path.read_text().splitlines() if path.exists() else []
    return len([json.loads(line) for line in lines]) == number
