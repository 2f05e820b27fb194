"""A list of ten thousand lines with key frames scrolls within what the window may wait."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from app.transcripts.journal import Transcript
from app.transcripts.notes import Notes
from tests.app.transcripts.making import header, line
from tests.ui.transcript.making import paint_key_frames
from ui.transcript.model import TranscriptModel
from ui.transcript.view import TranscriptView

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

NUM_LINES, NUM_PICTURES = 10_000, 400
LONG = "Falcons win it back in midfield and push forward along the right wing once again."
GUI_BUDGET_S = 0.05


@pytest.fixture
def view(qtbot: QtBot, tmp_path: Path) -> TranscriptView:
    journal = tmp_path / "session.jsonl"
    paint_key_frames(journal, NUM_PICTURES)
    lines = tuple(line(index, LONG) for index in range(NUM_LINES))
    model = TranscriptModel()
    view = TranscriptView(model)
    view.setParent(None)
    model.setParent(view)
    qtbot.addWidget(view)
    view.resize(420, 900)
    with qtbot.waitExposed(view):
        view.show()
    model.load(journal, Transcript(header(), lines), Notes())
    return view


def test_every_step_of_scrolling_stays_within_the_budget(
    qtbot: QtBot, view: TranscriptView
) -> None:
    bar = view.verticalScrollBar()
    bar.setValue(0)
    view.repaint()
    longest_s = 0.0
    for step in range(60):
        start_s = time.thread_time()
        bar.setValue(step * 700)  # most of a page, whose pictures are all new
        view.repaint()
        longest_s = max(longest_s, time.thread_time() - start_s)
        start_s = time.thread_time()
        qtbot.wait(1)  # a turn of the loop: heights are measured, pictures loaded
        longest_s = max(longest_s, time.thread_time() - start_s)
    assert longest_s < GUI_BUDGET_S


def test_dragging_to_the_end_stays_within_the_budget(qtbot: QtBot, view: TranscriptView) -> None:
    bar = view.verticalScrollBar()
    for share in (0.1, 0.9, 0.3, 1.0):
        start_s = time.thread_time()
        bar.setValue(round(share * bar.maximum()))
        view.repaint()
        assert time.thread_time() - start_s < GUI_BUDGET_S
    qtbot.waitUntil(lambda: view.rowAt(view.viewport().height() - 2) >= NUM_LINES - 2, timeout=5000)
