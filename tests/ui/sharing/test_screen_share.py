"""Sharing a screen, with stand-ins for the portal and for Qt Multimedia, which is an extra."""

from __future__ import annotations

import threading
from types import SimpleNamespace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtDBus import QDBusMessage
from PySide6.QtGui import QImage

from ui.sharing import screen_share
from ui.sharing.newest import Newest
from ui.sharing.portal import PortalWatch
from ui.sharing.screen_share import ScreenShare

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from app.capture.base import Image

PIXELS = np.arange(2 * 3 * 3, dtype=np.uint8).reshape(2, 3, 3)  # a row is no whole number of words

KINDS = {"BGRX8888": QImage.Format.Format_RGB32, "Invalid": QImage.Format.Format_Invalid}


class Portal(QObject):
    """A portal whose person answers as the test wants."""

    granted = Signal()
    refused = Signal()
    failed = Signal()
    ended = Signal()

    def __init__(self, *, offers_screens: bool = True) -> None:
        super().__init__()
        self._offers_screens = offers_screens

    def offers_screens(self) -> bool:
        return self._offers_screens


class Capture(QObject):
    errorOccurred = Signal(object, str)  # noqa: N815  (Qt's name)

    def __init__(self) -> None:
        super().__init__()
        self.is_started = False

    def start(self) -> None:
        self.is_started = True


class Sink(QObject):
    videoFrameChanged = Signal(object)  # noqa: N815  (Qt's name)


class Session:
    def setScreenCapture(self, capture: Capture) -> None:  # noqa: N802
        self.capture = capture

    def setVideoSink(self, sink: Sink) -> None:  # noqa: N802
        self.sink = sink


class VideoFrame:
    """Pixels in memory as PipeWire sends them: blue, green, red and a filling byte."""

    def __init__(self, rgb: Image, kind: str = "BGRX8888") -> None:
        self._kind = kind
        bgrx = np.dstack([rgb[..., ::-1], np.full(rgb.shape[:2], 255, np.uint8)])
        self._rows = np.ascontiguousarray(bgrx)
        self.is_mapped = False

    def map(self, _mode: object) -> bool:
        self.is_mapped = True
        return True

    def unmap(self) -> None:
        self.is_mapped = False

    def bits(self, _plane: int) -> memoryview:
        assert self.is_mapped
        return self._rows.data.cast("B")

    def bytesPerLine(self, _plane: int) -> int:  # noqa: N802
        return self._rows.strides[0]

    def width(self) -> int:
        return self._rows.shape[1]

    def height(self) -> int:
        return self._rows.shape[0]

    def pixelFormat(self) -> str:  # noqa: N802
        return self._kind


class Stage:
    """One ScreenShare between its stand-ins."""

    def __init__(self, portal: Portal, *, wait_s: float = 30.0) -> None:
        self.portal, self.capture, self.sink, self.newest = portal, Capture(), Sink(), Newest()
        multimedia = SimpleNamespace(
            QScreenCapture=lambda: self.capture,
            QVideoSink=lambda: self.sink,
            QMediaCaptureSession=Session,
            QVideoFrame=SimpleNamespace(MapMode=SimpleNamespace(ReadOnly=1)),
            QVideoFrameFormat=SimpleNamespace(imageFormatFromPixelFormat=KINDS.__getitem__),
        )
        self.share = ScreenShare(
            multimedia, portal, self.newest, answer_wait_s=wait_s, picture_wait_s=wait_s
        )
        self.share.start()

    def send(self, rgb: Image, kind: str = "BGRX8888") -> VideoFrame:
        frame = VideoFrame(rgb, kind)
        self.sink.videoFrameChanged.emit(frame)
        return frame


@pytest.fixture
def stage(qtbot: QtBot) -> Stage:
    assert qtbot is not None  # timers need the application
    return Stage(Portal())


def test_the_newest_picture_of_what_was_granted_is_kept_exactly(stage: Stage) -> None:
    stage.portal.granted.emit()
    stage.send(PIXELS[::-1])
    frame = stage.send(PIXELS)
    picture = stage.newest.wait()
    assert not isinstance(picture, str)
    assert np.array_equal(picture.rgb(), PIXELS)
    assert not frame.is_mapped


def test_who_waits_gets_the_picture_that_comes_later(stage: Stage) -> None:
    found: list[object] = []
    waiting = threading.Thread(target=lambda: found.append(stage.newest.wait()))
    waiting.start()
    stage.portal.granted.emit()
    stage.send(PIXELS)
    waiting.join(5)
    assert len(found) == 1
    assert not isinstance(found[0], str)


@pytest.mark.parametrize(
    ("signal", "reason"),
    [
        ("refused", screen_share.REFUSED),
        ("failed", screen_share.FAILED),
        ("ended", screen_share.ENDED),
    ],
)
def test_what_the_portal_says_is_the_answer(stage: Stage, signal: str, reason: str) -> None:
    getattr(stage.portal, signal).emit()
    stage.portal.ended.emit()  # as portals do after a refusal
    assert stage.newest.wait() == reason


def test_sharing_that_ends_takes_the_last_picture_away(stage: Stage) -> None:
    stage.portal.granted.emit()
    stage.send(PIXELS)
    stage.portal.ended.emit()
    assert stage.newest.wait() == screen_share.ENDED


def test_without_a_portal_nothing_is_captured(qtbot: QtBot) -> None:
    assert qtbot is not None
    stage = Stage(Portal(offers_screens=False))
    assert stage.newest.wait() == screen_share.NO_PORTAL
    assert not stage.capture.is_started


def test_pictures_that_nobody_granted_are_qts_own_window(stage: Stage) -> None:
    stage.send(PIXELS)
    assert stage.newest.wait() == screen_share.NO_PIPEWIRE


@pytest.mark.parametrize("is_granted", [False, True])
def test_patience_ends(qtbot: QtBot, is_granted: bool) -> None:
    stage = Stage(Portal(), wait_s=0.05)
    if is_granted:
        stage.portal.granted.emit()
    reason = screen_share.NO_PICTURE if is_granted else screen_share.NO_ANSWER
    found: list[object] = []
    waiting = threading.Thread(target=lambda: found.append(stage.newest.wait()))
    waiting.start()
    qtbot.waitUntil(lambda: bool(found), timeout=5000)
    assert found == [reason]


def test_pictures_that_qt_cannot_read_are_explained(stage: Stage) -> None:
    stage.portal.granted.emit()
    stage.send(PIXELS, "Invalid")
    assert stage.newest.wait() == screen_share.UNREADABLE


def test_errors_count_until_the_first_picture(stage: Stage) -> None:
    stage.portal.granted.emit()
    stage.send(PIXELS)
    stage.capture.errorOccurred.emit(1, "Out of buffers.")
    assert not isinstance(stage.newest.wait(), str)
    failed = Stage(Portal())
    failed.capture.errorOccurred.emit(1, "Failed to open it.")
    assert failed.newest.wait() == "The screen cannot be shared: Failed to open it."


@pytest.mark.parametrize(
    ("codes", "heard"),
    [
        ((0, 0, 0), ["granted"]),
        ((0, 0), []),
        ((0, 1), ["refused"]),
        ((0, 0, 2), ["failed"]),
    ],
)
def test_the_third_good_answer_of_the_portal_is_the_persons(
    qtbot: QtBot, codes: tuple[int, ...], heard: list[str]
) -> None:
    assert qtbot is not None
    watch, told = PortalWatch(), list[str]()
    watch.granted.connect(lambda: told.append("granted"))
    watch.refused.connect(lambda: told.append("refused"))
    watch.failed.connect(lambda: told.append("failed"))
    for code in codes:
        message = QDBusMessage.createSignal(
            "/request", "org.freedesktop.portal.Request", "Response"
        )
        message.setArguments([code, {}])
        watch.hear_response(message)
    assert told == heard
