from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from app.session.messages import MetersUpdated
from app.session.state import SessionState
from engine.events import CacheUse, RoundTiming
from ui.widgets.capture_badge import RED
from ui.widgets.status_line import StatusLine

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

METERS = MetersUpdated(4, 4, 0, RoundTiming(), CacheUse(96, 256, 384, 180, None, 916), None)


@pytest.mark.parametrize(
    ("state", "source", "is_red"),
    [
        (SessionState.LOADING, "", False),
        (SessionState.LOADING, "match:3", True),  # its pictures come while the model loads
        (SessionState.RUNNING, "match:3", True),
        (SessionState.PAUSED, "match:3", False),
        (SessionState.STOPPING, "match:3", True),
        (SessionState.STOPPED, "match:3", False),
    ],
)
def test_the_dot_is_red_as_long_as_a_source_is_open(
    qtbot: QtBot, state: SessionState, source: str, is_red: bool
) -> None:
    line = StatusLine()
    qtbot.addWidget(line)
    line.show_state(state, source)
    image = line.grab().toImage()
    colours = {image.pixelColor(x, y).name() for x in range(24) for y in range(image.height())}
    assert (RED.name() in colours) == is_red


@pytest.mark.parametrize(
    ("took_s", "text"),
    [(0.16, "Round: 160 ms"), (0.9996, "Round: 1.0 s"), (22.573, "Round: 22.6 s")],
)
def test_a_slow_round_is_told_in_seconds(qtbot: QtBot, took_s: float, text: str) -> None:
    line = StatusLine()
    qtbot.addWidget(line)
    line.show_meters(replace(METERS, timing=RoundTiming(decode_s=took_s)))
    assert line.round_text == text
