from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeySequence

from app.transcripts.line import TranscriptLine
from ui.transcript.model import TranscriptModel, clock
from ui.transcript.view import TranscriptView

if TYPE_CHECKING:
    from pytestqt.modeltest import ModelTester
    from pytestqt.qtbot import QtBot

LONG = "Falcons win it back in midfield and push forward along the right wing once again."
GUI_BUDGET_S = 0.05


def line(index: int, text: str = "Pass.") -> TranscriptLine:
    return TranscriptLine(index, float(index), index + 1.0, text)


@pytest.fixture
def view(qtbot: QtBot) -> TranscriptView:
    view = TranscriptView(TranscriptModel())
    qtbot.addWidget(view)
    view.resize(300, 200)
    with qtbot.waitExposed(view):
        view.show()
    return view


def model_of(view: TranscriptView) -> TranscriptModel:
    model = view.model()
    assert isinstance(model, TranscriptModel)
    return model


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0:00"), (7.9, "0:07"), (60, "1:00"), (750, "12:30"), (3723, "1:02:03")],
)
def test_clock(seconds: float, text: str) -> None:
    assert clock(seconds) == text


def test_the_model_keeps_qts_rules(qtmodeltester: ModelTester) -> None:
    model = TranscriptModel()
    for index in range(3):
        model.append(line(index))
    qtmodeltester.check(model)
    model.clear()
    assert model.rowCount() == 0


def test_it_follows_the_newest_line_unless_the_reader_scrolled_up(
    qtbot: QtBot, view: TranscriptView
) -> None:
    model, bar = model_of(view), view.verticalScrollBar()
    for index in range(40):
        model.append(line(index, LONG))
    qtbot.waitUntil(lambda: view.rowAt(view.viewport().height() - 2) == 39, timeout=5000)
    bar.setValue(0)
    model.append(line(40, LONG))
    qtbot.waitUntil(lambda: view.rowHeight(0) > view.rowHeight(40), timeout=5000)
    assert bar.value() < bar.maximum()


def test_long_lines_wrap_and_stay_whole(qtbot: QtBot, view: TranscriptView) -> None:
    model_of(view).append(line(0, LONG))
    needed = view.fontMetrics().lineSpacing() * 2
    qtbot.waitUntil(lambda: view.rowHeight(0) > needed, timeout=5000)
    view.resize(1200, 200)
    qtbot.waitUntil(lambda: view.rowHeight(0) < needed, timeout=5000)


def test_copy_takes_the_selected_lines(qtbot: QtBot, view: TranscriptView) -> None:
    for index, text in enumerate(["Kick off.", "Pass.", "Goal!"]):
        model_of(view).append(line(index, text))
    view.selectRow(2)
    qtbot.keySequence(view, QKeySequence(QKeySequence.StandardKey.Copy))
    assert QGuiApplication.clipboard().text() == "0:02\tGoal!"
    view.clearSelection()
    view.copy()
    assert QGuiApplication.clipboard().text() == "0:00\tKick off.\n0:01\tPass.\n0:02\tGoal!"


def test_a_new_line_after_hours_costs_no_more_than_the_window_may_wait(
    qtbot: QtBot, view: TranscriptView
) -> None:
    model = model_of(view)
    for index in range(10_000):
        model.append(line(index, LONG))
    qtbot.waitUntil(lambda: view.rowAt(view.viewport().height() - 2) == 9_999, timeout=10_000)
    start_s = time.thread_time()
    model.append(line(10_000, LONG))
    qtbot.waitUntil(lambda: view.rowAt(view.viewport().height() - 2) == 10_000, timeout=5000)
    view.repaint()
    assert time.thread_time() - start_s < GUI_BUDGET_S


def test_screen_readers_hear_time_and_text() -> None:
    model = TranscriptModel()
    model.append(line(65, "Goal!"))
    spoken = model.data(model.index(0, 1), Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "1:05: Goal!"
