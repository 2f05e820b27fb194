from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.capture.specs import MatchSpec
from app.session.messages import SessionFailed
from app.session.request import SessionRequest
from tests.ui.scripted import ScriptedSession, opening, picture, spoken
from ui.session_bridge import SessionBridge

if TYPE_CHECKING:
    import pytest
    from pytestqt.qtbot import QtBot

REQUEST = SessionRequest(MatchSpec())


class Recorder(QObject):
    """Keeps what it hears, and whether it heard it in the main thread."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[object, bool]] = []

    def record(self, message: object) -> None:
        self.seen.append((message, threading.current_thread() is threading.main_thread()))


def test_lines_before_a_crash_still_arrive_in_order_on_the_gui_thread(
    qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    line = spoken(0, "Tip-off.")
    bridge = SessionBridge(ScriptedSession(REQUEST, *opening(), line, RuntimeError("boom")))
    recorder = Recorder()
    bridge.line_spoken.connect(recorder.record)
    bridge.failed.connect(recorder.record)
    with caplog.at_level(logging.CRITICAL), qtbot.waitSignal(bridge.finished, timeout=5000):
        bridge.start()
    assert bridge.close()
    (first, on_gui), (second, also_on_gui) = recorder.seen
    assert (first, on_gui, also_on_gui) == (line, True, True)
    assert isinstance(second, SessionFailed)


def test_only_the_newest_picture_waits_for_a_busy_window() -> None:
    session = ScriptedSession(REQUEST, *[picture(level) for level in range(50)])
    session.end()
    bridge = SessionBridge(session)
    knocks = Recorder()
    bridge.frame_arrived.connect(lambda: knocks.record(None))
    bridge.start()
    bridge.close()  # the event loop does not run: the window is busy
    frame = bridge.take_frame()
    assert frame is not None
    assert frame.pixelColor(0, 0).red() == 49
    assert bridge.take_frame() is None


def test_close_stops_a_session_that_runs(qtbot: QtBot) -> None:
    session = ScriptedSession(REQUEST, *opening())
    bridge = SessionBridge(session)
    with qtbot.waitSignal(bridge.source_opened, timeout=5000):
        bridge.start()
    with qtbot.waitSignal(bridge.finished, timeout=5000):
        assert bridge.close()
    assert session.wishes == ["start", "stop"]
