from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from app.session.messages import MetersUpdated
from engine.events import CacheUse, RoundTiming
from ui.widgets.status_line import StatusLine

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

METERS = MetersUpdated(4, 4, 0, RoundTiming(), CacheUse(96, 256, 384, 180, None, 916), None)


@pytest.mark.parametrize(
    ("took_s", "text"),
    [(0.16, "Round: 160 ms"), (0.9996, "Round: 1.0 s"), (22.573, "Round: 22.6 s")],
)
def test_a_slow_round_is_told_in_seconds(qtbot: QtBot, took_s: float, text: str) -> None:
    line = StatusLine()
    qtbot.addWidget(line)
    line.show_meters(replace(METERS, timing=RoundTiming(decode_s=took_s)))
    assert line.round_text == text
