"""Source, program, Qt Multimedia, a bus and PipeWire, all real; only the portal is a stand-in."""

from __future__ import annotations

from contextlib import ExitStack, closing
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from app.capture.access import can_share
from app.capture.shared import SharedSource
from app.errors import SourceError
from tests.support.portal import COLOUR, HEIGHT_PX, WIDTH_PX, StandIn, portal_that
from tests.support.waiting import wait_until
from ui.sharing.screen_share import ENDED, NO_PORTAL, REFUSED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.skipif(
    not can_share(), reason='not installed: pip install -e ".[wayland]" (160 MB)'
)


@pytest.fixture
def desktop_that(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Callable[[str], StandIn]]:
    """Starts a desktop whose person behaves as named."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    with ExitStack() as stack:

        def start(manner: str) -> StandIn:
            stand_in = stack.enter_context(portal_that(manner, tmp_path))
            for name, value in stand_in.variables.items():
                monkeypatch.setenv(name, value)
            return stand_in

        yield start


def test_what_is_shared_is_seen_exactly_until_it_ends(
    desktop_that: Callable[[str], StandIn],
) -> None:
    desktop = desktop_that("shares")

    def has_ended() -> bool:
        try:
            source.read(1.0)
        except SourceError as error:
            return str(error) == ENDED
        return False

    with closing(SharedSource()) as source:
        image = source.read(0.0).image
        assert image.shape == (HEIGHT_PX, WIDTH_PX, 3)
        assert np.array_equal(np.unique(image.reshape(-1, 3), axis=0), [COLOUR])
        desktop.end_sharing()
        wait_until(has_ended, "the end of sharing", 30.0)


def test_a_refusal_is_one_sentence(desktop_that: Callable[[str], StandIn]) -> None:
    desktop_that("refuses")
    with pytest.raises(SourceError) as raised:
        SharedSource()
    assert str(raised.value) == REFUSED


def test_a_desktop_without_a_portal_is_explained(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path}/none")
    with pytest.raises(SourceError) as raised:
        SharedSource()
    assert str(raised.value) == NO_PORTAL
