"""The window never stands still while the real engine loads and runs."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QTimer

from app.capture.specs import MatchSpec
from app.session.hosting import SessionHost
from app.session.state import SessionState
from tests.engine.checkpoints import save_checkpoint
from tests.ui.event_loop import LoopProbe
from ui.main import prepare
from ui.main_window import MainWindow

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

    from app.settings.store import SettingsStore

BUDGET_S = 0.05
LOAD_TIMEOUT_MS = 150_000


@pytest.fixture
def window(
    qtbot: QtBot, settings: SettingsStore, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[MainWindow]:
    host = SessionHost()
    prepare(host)
    window = MainWindow(host, settings)
    window.choice.model.set_model(str(save_checkpoint(tmp_path_factory.mktemp("model"))))
    with qtbot.waitExposed(window):
        window.show()
    yield window
    window.close()
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=20_000)
    window.deleteLater()
    host.close()


def test_the_probe_sees_a_freeze(qtbot: QtBot) -> None:
    probe = LoopProbe()
    probe.start()
    QTimer.singleShot(20, lambda: _work(0.1))
    qtbot.waitUntil(lambda: probe.longest_s > 0.09, timeout=5000)
    probe.stop()


def test_the_window_is_never_blocked_while_the_engine_loads_and_runs(
    qtbot: QtBot, window: MainWindow
) -> None:
    probe = LoopProbe()
    probe.start()
    window.watch(MatchSpec(3))
    qtbot.waitUntil(
        lambda: window.commentary.state is SessionState.RUNNING, timeout=LOAD_TIMEOUT_MS
    )
    qtbot.waitUntil(lambda: bool(window.status_line.round_text), timeout=30_000)
    qtbot.waitUntil(lambda: not window.stage.video.image.isNull(), timeout=30_000)
    window.commentary.stop()
    qtbot.waitUntil(lambda: not window.commentary.is_active, timeout=10_000)
    probe.stop()
    assert probe.longest_s < BUDGET_S


def _work(seconds: float) -> None:
    end_s = time.thread_time() + seconds
    while time.thread_time() < end_s:
        pass
