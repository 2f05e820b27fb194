"""A real window on a real X server, seen through the screen source."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.capture.desktop import Desktop, list_monitors
from app.capture.screen import ScreenSource
from app.capture.specs import Region
from app.errors import SourceError
from tests.app.capture.painted_window import COLOUR, painted_window
from tests.app.capture.videos import number_of
from tests.support.desktop import x_server_of
from tests.support.processes import running
from tests.support.waiting import wait_until

if TYPE_CHECKING:
    from tests.support.desktop import XServer

DESKTOP = Region(0, 0, 1280, 800)


def test_a_window_is_seen_exactly_where_it_is(x_server: XServer) -> None:
    region = Region(200, 100, 320, 240)
    with (
        running(painted_window(0b10110010, region), x_server.environment()),
        closing(ScreenSource(region)) as source,
    ):
        wait_until(lambda: number_of(source.glance(0.0)) == 0b10110010, "the window")
        frame = source.read(3.5)
        assert frame.image.shape == (240, 320, 3)
        assert frame.time_s == 3.5
        assert (frame.image[0, 40:80] == COLOUR).all()  # bit 1 of the number, in its first row
        with closing(ScreenSource(Region(199, 99, 320, 240))) as beside:
            shifted = beside.read(0.0).image
        assert (shifted[1:, 1:] == frame.image[:-1, :-1]).all()


@pytest.mark.usefixtures("x_server")
def test_without_a_region_the_whole_desktop_is_seen() -> None:
    (monitor,) = list_monitors()
    assert monitor.region == DESKTOP
    with closing(ScreenSource(None)) as source:
        assert source.region == DESKTOP
        assert source.read(0.0).image.shape == (800, 1280, 3)
        assert source.info.is_live


@pytest.mark.usefixtures("x_server")
def test_a_region_that_hangs_over_is_cut_and_one_off_the_screen_explained() -> None:
    with closing(ScreenSource(Region(1200, 700, 400, 400))) as source:
        assert source.region == Region(1200, 700, 80, 100)
        assert source.read(0.0).image.shape == (100, 80, 3)
    with pytest.raises(SourceError, match=r"5000,0,10,10 lies off the screen; .*0,0,1280,800"):
        ScreenSource(Region(5000, 0, 10, 10))


def test_a_screen_that_goes_away_is_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    with x_server_of(640, 480) as server:
        monkeypatch.setenv("DISPLAY", server.display)
        source = ScreenSource(None)
        assert source.read(0.0).image.shape == (480, 640, 3)
    with pytest.raises(SourceError, match="could not be captured any more"), closing(source):
        source.read(1.0)


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({}, "There is no display"),
        ({"DISPLAY": ":947"}, "display :947 cannot be opened"),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "Wayland"),
    ],
)
def test_no_display_is_explained(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], message: str
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SourceError, match=message):
        ScreenSource(None)


@pytest.mark.usefixtures("x_server")
def test_a_black_desktop_under_wayland_is_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    with pytest.raises(SourceError, match="Wayland"):
        ScreenSource(None)


numbers = st.integers(-300, 1400)
sizes = st.integers(1, 1600)


@given(st.lists(st.builds(Region, numbers, numbers, sizes, sizes), min_size=1))
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.usefixtures("x_server")
def test_a_clamped_region_lies_on_the_desktop(regions: list[Region]) -> None:
    with closing(Desktop()) as desktop:
        for region in regions:
            try:
                part = desktop.clamped(region)
            except SourceError:
                assert region.overlap(DESKTOP) is None
            else:
                assert part == region.overlap(DESKTOP)
