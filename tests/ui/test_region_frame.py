from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt

from app.capture.specs import Region
from ui.region_frame import RegionFrame
from ui.region_grips import CORNERS, SIDES, Grip, dragged

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

# The offscreen platform has no window masks; how the frame looks is tested on a real X server.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

BOUNDS = Region(-100, 50, 400, 300)
ways = st.integers(-600, 600)
grips = st.sampled_from([Grip.WHOLE, *CORNERS, *SIDES])


@st.composite
def regions(draw: st.DrawFn) -> Region:
    """Within BOUNDS."""
    left = draw(st.integers(-100, 299))
    top = draw(st.integers(50, 349))
    width = draw(st.integers(1, 300 - left))
    return Region(left, top, width, draw(st.integers(1, 350 - top)))


@given(regions(), grips, ways, ways)
def test_a_dragged_region_stays_within_its_bounds(
    region: Region, grip: Grip, dx: int, dy: int
) -> None:
    changed = dragged(region, grip, (dx, dy), BOUNDS)
    assert changed.overlap(BOUNDS) == changed
    if not grip:
        assert (changed.width_px, changed.height_px) == (region.width_px, region.height_px)
    if grip in SIDES:  # the opposite edge stays
        assert changed.around(region) in {changed, region}


@given(regions(), grips, st.integers(-9, 9), st.integers(-9, 9))
def test_where_there_is_room_the_edges_move_by_just_as_much(
    region: Region, grip: Grip, dx: int, dy: int
) -> None:
    everywhere = Region(-10_000, -10_000, 20_000, 20_000)
    large = Region(region.left_px, region.top_px, region.width_px + 10, region.height_px + 10)
    changed = dragged(large, grip, (dx, dy), everywhere)
    moves_left, moves_right = grip & Grip.LEFT or not grip, grip & Grip.RIGHT or not grip
    right = large.left_px + large.width_px
    assert changed.left_px == large.left_px + (dx if moves_left else 0)
    assert changed.left_px + changed.width_px == right + (dx if moves_right else 0)
    assert dragged(changed, grip, (-dx, -dy), everywhere) == large


@pytest.mark.parametrize(
    ("grip", "expected"),
    [
        (Grip.LEFT | Grip.TOP, Region(220, 190, 180, 110)),
        (Grip.BOTTOM, Region(200, 200, 200, 90)),
        (Grip.RIGHT, Region(200, 200, 220, 100)),
    ],
)
def test_handles_change_the_region_and_keep_off_it(
    qtbot: QtBot, application: QApplication, grip: Grip, expected: Region
) -> None:
    ratio = application.primaryScreen().devicePixelRatio()
    assert ratio == 1.0
    frame = RegionFrame(Region(200, 200, 200, 100))
    qtbot.addWidget(frame)
    frame.show()
    hole = frame.mapFromGlobal(QPoint(300, 250))
    assert not frame.mask().contains(hole)
    place = frame.handle(grip).center()
    with qtbot.waitSignal(frame.dragged) as told:
        qtbot.mousePress(frame, Qt.MouseButton.LeftButton, pos=place)
        qtbot.mouseMove(frame, place + QPoint(20, -10))
    qtbot.mouseRelease(frame, Qt.MouseButton.LeftButton)
    assert told.args == [expected]
    assert frame.region == expected


def test_a_frame_at_the_edge_of_the_screen_can_still_be_reached(
    qtbot: QtBot, application: QApplication
) -> None:
    screen = application.primaryScreen().geometry()
    frame = RegionFrame(Region(0, 0, screen.width(), screen.height()))
    qtbot.addWidget(frame)
    frame.show()
    for grip in CORNERS + SIDES:
        handle = frame.handle(grip).translated(frame.geometry().topLeft())
        assert screen.contains(handle)
