"""The mark of lines that speech left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt

from app.transcripts.line import TranscriptLine
from ui.transcript.model import TEXT, TIME, TranscriptModel

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

LINES = [TranscriptLine(index, index, index + 1, f"line {index}") for index in (2, 5)]


@pytest.fixture
def model() -> TranscriptModel:
    model = TranscriptModel()
    for line in LINES:
        model.append(line)
    return model


def test_a_line_left_out_is_marked_for_eye_and_ear(qtbot: QtBot, model: TranscriptModel) -> None:
    with qtbot.waitSignal(model.dataChanged) as changed:
        model.mark_unspoken(LINES[1])
    assert changed.args[0].row() == 1
    assert [model.is_unspoken(row) for row in (0, 1)] == [False, True]
    marked, other = model.index(1, TEXT), model.index(0, TEXT)
    assert not marked.data(Qt.ItemDataRole.DecorationRole).isNull()
    assert other.data(Qt.ItemDataRole.DecorationRole) is None
    assert "Not spoken" in marked.data(Qt.ItemDataRole.ToolTipRole)
    assert marked.data(Qt.ItemDataRole.AccessibleTextRole).startswith("Not spoken, ")
    assert model.index(1, TIME).data(Qt.ItemDataRole.DecorationRole) is None


def test_a_line_of_another_session_is_not_mistaken_for_one_of_this(model: TranscriptModel) -> None:
    model.mark_unspoken(TranscriptLine(5, 5, 6, "said by an earlier session"))
    model.mark_unspoken(TranscriptLine(9, 9, 10, "not here yet"))
    assert not any(model.is_unspoken(row) for row in (0, 1))
    model.mark_unspoken(LINES[0])
    model.clear()
    model.append(LINES[0])
    assert not model.is_unspoken(0)
