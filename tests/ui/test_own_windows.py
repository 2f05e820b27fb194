"""Where our windows are; on a real X server, that the model does not see them."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from app.capture.exclusion import (
    NS_WINDOW_SHARING_NONE,
    NS_WINDOW_SHARING_READ_ONLY,
    WDA_EXCLUDEFROMCAPTURE,
    WDA_NONE,
    exclude_on_macos,
    exclude_on_windows,
)
from app.capture.screen import ScreenSource
from app.capture.specs import Region
from tests.app.capture.painted_window import painted_window
from tests.app.capture.videos import number_of
from tests.support.processes import running
from tests.support.waiting import wait_until
from ui.own_windows import OwnWindows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

    from tests.support.desktop import XServer

ON_TOP = Qt.WindowType.WindowStaysOnTopHint | Qt.WindowType.FramelessWindowHint


@pytest.fixture
def windows(application: QApplication) -> Iterator[OwnWindows]:
    del application
    windows = OwnWindows()
    windows.start()
    yield windows
    windows.stop()


def holds(regions: tuple[Region, ...], inner: Region) -> bool:
    return any(region.overlap(inner) == inner for region in regions)


def test_an_overlay_is_followed_from_place_to_place(qtbot: QtBot, windows: OwnWindows) -> None:
    overlay = QWidget(None, ON_TOP)
    qtbot.addWidget(overlay)
    overlay.setGeometry(100, 120, 300, 80)
    overlay.show()
    qtbot.waitUntil(lambda: holds(windows.regions, Region(100, 120, 300, 80)), timeout=5000)
    overlay.move(50, 400)
    assert holds(windows.regions, Region(50, 400, 300, 80))  # at once
    assert holds(windows.regions, Region(100, 120, 300, 80))  # a moment longer
    qtbot.waitUntil(lambda: not holds(windows.regions, Region(100, 120, 300, 80)), timeout=5000)
    overlay.hide()
    assert holds(windows.regions, Region(50, 400, 300, 80))
    qtbot.waitUntil(lambda: windows.regions == (), timeout=5000)


def test_nothing_is_told_once_stopped(qtbot: QtBot, windows: OwnWindows) -> None:
    overlay = QWidget(None, ON_TOP)
    qtbot.addWidget(overlay)
    overlay.show()
    qtbot.waitUntil(lambda: windows.regions != (), timeout=5000)
    with qtbot.waitSignal(windows.changed, check_params_cb=lambda regions: regions == ()):
        windows.stop()
    with qtbot.assertNotEmitted(windows.changed, wait=400):
        overlay.move(300, 300)


@pytest.mark.parametrize("scale", ["1", "2"])
def test_a_bright_overlay_over_the_region_changes_no_frame(desktop: XServer, scale: str) -> None:
    region = Region(200, 160, 320, 240)
    command = [sys.executable, "-m", "tests.ui.covered_screen", *str(region).split(",")]
    with (
        running(painted_window(0b10110010, region), desktop.environment()),
        closing(ScreenSource(region)) as source,
    ):
        wait_until(lambda: number_of(source.glance(0.0)) == 0b10110010, "the window")
        told = json.loads(
            subprocess.run(
                command,
                env=desktop.environment(QT_SCALE_FACTOR=scale),
                check=True,
                stdout=subprocess.PIPE,
                timeout=60,
            ).stdout
        )
    assert told["shown really"] >= 120 * 60 * 0.9
    assert told["moved really"] >= 120 * 60 * 0.9
    assert (told["shown"], told["moved"], told["closed"], told["masks"]) == (0, 0, 0, 0)


class Recorded:
    """Stands in for the libraries of systems that are not this one."""

    def __init__(self, answer: int) -> None:
        self.calls: list[tuple[object, ...]] = []
        self._answer = answer

    def SetWindowDisplayAffinity(self, window: int, affinity: int) -> int:  # noqa: N802
        self.calls.append((window, affinity))
        return self._answer

    def send(self, receiver: int, message: str, *numbers: int) -> int:
        self.calls.append((receiver, message, *numbers))
        return self._answer


def test_windows_is_asked_to_hide_and_to_show() -> None:
    user32 = Recorded(1)
    assert exclude_on_windows(user32, 77, excluded=True)
    assert exclude_on_windows(user32, 77, excluded=False)
    assert user32.calls == [(77, WDA_EXCLUDEFROMCAPTURE), (77, WDA_NONE)]
    assert not exclude_on_windows(Recorded(0), 77, excluded=True)  # older than 2004


def test_macos_is_asked_to_hide_and_to_show() -> None:
    cocoa = Recorded(42)
    assert exclude_on_macos(cocoa, 77, excluded=True)
    assert exclude_on_macos(cocoa, 77, excluded=False)
    sharing = [call[2] for call in cocoa.calls if call[0] == 42]
    assert sharing == [NS_WINDOW_SHARING_NONE, NS_WINDOW_SHARING_READ_ONLY]
    assert not exclude_on_macos(Recorded(0), 77, excluded=True)  # the view stands in no window
