from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.capture.specs import Region
from app.capture.x11 import X11Desktop, without
from app.errors import SourceError
from tests.app.capture.painted_window import painted_window
from tests.support.processes import running
from tests.support.waiting import wait_until

if TYPE_CHECKING:
    from tests.support.desktop import XServer

boxes = st.builds(
    Region, st.integers(0, 12), st.integers(0, 12), st.integers(1, 9), st.integers(1, 9)
)


def cells(region: Region) -> set[tuple[int, int]]:
    return {
        (x, y)
        for x in range(region.left_px, region.left_px + region.width_px)
        for y in range(region.top_px, region.top_px + region.height_px)
    }


@given(boxes, st.lists(boxes, max_size=4))
def test_what_is_left_is_exactly_what_no_other_covers(region: Region, others: list[Region]) -> None:
    parts = without(region, others)
    left = [cell for part in parts for cell in cells(part)]
    assert len(left) == len(set(left))  # no pixel twice
    assert set(left) == cells(region).difference(*map(cells, others))


def test_a_window_is_seen_where_nothing_lies_over_it(x_server: XServer) -> None:
    lower, upper = Region(200, 100, 320, 240), Region(300, 200, 400, 300)
    environment = x_server.environment()
    with (
        closing(X11Desktop()) as desktop,
        running(painted_window(1, lower), environment) as first,
    ):
        (window,) = windows_of(x_server, first.pid)
        assert desktop.visible_parts([window]) == (lower,)
        with running(painted_window(2, upper), environment) as second:
            windows_of(x_server, second.pid)
            assert desktop.visible_parts([window]) == tuple(without(lower, [upper]))
        wait_until(lambda: desktop.visible_parts([window]) == (lower,), "the other's end")
        x_server.run("xdotool", "windowunmap", "--sync", str(window))
        assert desktop.visible_parts([window]) == ()
    with closing(X11Desktop()) as desktop:
        assert desktop.visible_parts([window]) == ()  # it is gone


def windows_of(server: XServer, pid: int) -> list[int]:
    """The visible windows of a process, once it has one."""
    search = ("xdotool", "search", "--sync", "--onlyvisible", "--pid", str(pid))
    return [int(line) for line in server.run(*search).split()]


def test_a_display_that_is_not_there_is_explained() -> None:
    with pytest.raises(SourceError, match="cannot be opened"):
        X11Desktop(":947")
