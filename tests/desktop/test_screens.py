"""What is chosen of the screen stays what it is while monitors come and go."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.processes import need_programs, running

if TYPE_CHECKING:
    from tests.support.desktop import XServer

ROOT = Path(__file__).parents[2]
REGION = [700, 50, 200, 100]
LEFT, RIGHT = "640/200x800/200+0+0", "640/200x800/200+640+0"


def test_monitor_and_region_outlive_what_happens_to_other_monitors(x_server: XServer) -> None:
    need_programs("xrandr")
    x_server.plug("left", LEFT, "screen")
    x_server.plug("right", RIGHT, "none")
    command = [sys.executable, "-m", "tests.desktop.screens_program", "right", *map(str, REGION)]
    environment = x_server.environment(PYTHONPATH=str(ROOT))
    with running(command, environment, stdout=subprocess.PIPE) as program:

        def expect(monitor: list[int] | None) -> None:
            assert program.stdout is not None
            heard: list[object] = []
            for line in program.stdout:
                heard.append(json.loads(line))
                if heard[-1] == {"monitor": monitor, "region": REGION, "has_frame": True}:
                    return
            pytest.fail(f"the program ended; it said {heard}")

        expect([640, 0, 640, 800])
        x_server.unplug("left")
        expect([640, 0, 640, 800])
        x_server.plug("left", LEFT, "screen")
        expect([640, 0, 640, 800])
        x_server.unplug("right")
        expect(None)
