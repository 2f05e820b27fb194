"""What capturing costs, for `kibitz bench`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.commands.bench import measure_capture

if TYPE_CHECKING:
    import pytest

    from app.capture.base import Image


def test_without_a_screen_the_match_is_captured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    prepared: list[Image] = []
    cost = measure_capture(1.0, prepared.append)
    assert cost.source.startswith("match 1")
    assert len(cost.frame_s) == len(cost.input_s) == 5
    assert all(early < late for early, late in zip(cost.frame_s, cost.input_s, strict=True))
    assert len(prepared) == 6  # one warms up
    assert {frames.nbytes for frames in prepared} == {2 * cost.bytes_per_frame}
    assert 0 < cost.cpu_share < 5
