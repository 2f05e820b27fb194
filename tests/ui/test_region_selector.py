from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QGuiApplication

from app.capture.specs import Region
from ui.physical import physical_region
from ui.region_selector import RegionSelection, RegionSelector

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

LEFT = Qt.MouseButton.LeftButton
SIDES = st.integers(8, 3000)
RATIOS = st.sampled_from([1.0, 1.25, 1.5, 1.75, 2.0, 3.0])


@pytest.fixture
def selection(qtbot: QtBot) -> Iterator[RegionSelection]:
    selection = RegionSelection()
    selection.open()
    qtbot.waitUntil(selection.selectors[0].isActiveWindow, timeout=5000)
    yield selection
    for selector in selection.selectors:
        selector.close()


def drag(qtbot: QtBot, selector: RegionSelector, start: QPoint, end: QPoint) -> None:
    qtbot.mousePress(selector, LEFT, pos=start)
    qtbot.mouseMove(selector, pos=end)
    qtbot.mouseRelease(selector, LEFT, pos=end)


@pytest.mark.parametrize(
    ("start", "end"), [((20, 30), (220, 130)), ((220, 130), (20, 30)), ((20, 130), (220, 30))]
)
def test_any_two_corners_make_the_rectangle(
    qtbot: QtBot, selection: RegionSelection, start: tuple[int, int], end: tuple[int, int]
) -> None:
    ratio = selection.selectors[0].devicePixelRatio()
    with qtbot.waitSignal(selection.selected, timeout=5000) as selected:
        drag(qtbot, selection.selectors[0], QPoint(*start), QPoint(*end))
    expected = physical_region(QRect(20, 30, 200, 100), QPoint(0, 0), ratio)
    assert selected.args == [expected]
    qtbot.waitUntil(lambda: not selection.selectors, timeout=5000)


def test_places_are_those_on_the_screen_wherever_the_window_stands(
    qtbot: QtBot, selection: RegionSelection
) -> None:
    selector = selection.selectors[0]
    selector.showNormal()
    selector.move(0, 32)  # as below a notch
    qtbot.waitUntil(lambda: selector.mapToGlobal(QPoint(0, 0)) == QPoint(0, 32), timeout=5000)
    with qtbot.waitSignal(selection.selected, timeout=5000) as selected:
        drag(qtbot, selector, QPoint(20, 30), QPoint(220, 130))
    ratio = selector.devicePixelRatio()
    assert selected.args == [physical_region(QRect(20, 62, 200, 100), QPoint(0, 0), ratio)]


def test_macos_gets_no_desktop_of_its_own_for_it(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    selector = RegionSelector(QGuiApplication.primaryScreen())
    qtbot.addWidget(selector)
    monkeypatch.setattr("sys.platform", "darwin")
    selector.open()
    assert not selector.isFullScreen()
    assert selector.geometry() == QGuiApplication.primaryScreen().geometry()


def test_escape_cancels(qtbot: QtBot, selection: RegionSelection) -> None:
    with (
        qtbot.assertNotEmitted(selection.selected),
        qtbot.waitSignal(selection.finished, timeout=5000),
    ):
        qtbot.keyClick(selection.selectors[0], Qt.Key.Key_Escape)


def test_a_click_selects_nothing_and_a_second_try_counts(
    qtbot: QtBot, selection: RegionSelection
) -> None:
    with qtbot.assertNotEmitted(selection.selected):
        drag(qtbot, selection.selectors[0], QPoint(50, 50), QPoint(52, 51))
    with qtbot.waitSignal(selection.selected, timeout=5000):
        drag(qtbot, selection.selectors[0], QPoint(50, 50), QPoint(90, 90))


def test_the_screens_edge_is_the_limit(qtbot: QtBot, selection: RegionSelection) -> None:
    selector = selection.selectors[0]
    beyond = QPoint(selector.width() + 300, selector.height() + 300)
    with qtbot.waitSignal(selection.selected, timeout=5000) as selected:
        drag(qtbot, selector, QPoint(100, 100), beyond)
    assert selected.args is not None
    (region,) = selected.args
    whole = QGuiApplication.primaryScreen().geometry()
    assert (region.left_px + region.width_px, region.top_px + region.height_px) == (
        whole.width(),
        whole.height(),
    )


def test_pixels_are_logical_sizes_times_the_ratio() -> None:
    region = physical_region(QRect(10, 20, 320, 180), QPoint(1920, 0), 2.0)
    assert region == Region(1940, 40, 640, 360)


@given(SIDES, SIDES, SIDES, SIDES, RATIOS)
def test_neighbours_stay_neighbours(
    left: int, top: int, width: int, height: int, ratio: float
) -> None:
    origin = QPoint(0, 0)
    one = physical_region(QRect(left, top, width, height), origin, ratio)
    other = physical_region(QRect(left + width, top, width, height), origin, ratio)
    assert one.left_px + one.width_px == other.left_px
    assert abs(one.width_px - width * ratio) <= 1
