"""What capturing costs, for `kibitz bench`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.commands.bench import measure_capture

if TYPE_CHECKING:
    import pytest


def test_without_a_screen_the_match_is_captured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    cost = measure_capture(0.5)
    assert cost.source.startswith("match 1")
    assert len(cost.frame_s) == 5
    assert cost.bytes_per_frame > 0
    assert 0 < cost.cpu_share < 5
