"""Lines are edited and marked in the list itself, and every change can be undone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QPlainTextEdit

from app.transcripts.journal import read_journal
from app.transcripts.notes import notes_path, read_notes, read_transcript
from app.transcripts.retiming import Retiming
from tests.app.transcripts.making import write_journal
from tests.ui.transcript.making import paint_key_frames
from ui.transcript.delegates import star_rect
from ui.transcript.editing import TranscriptEditor
from ui.transcript.model import TEXT, TIME, TranscriptModel
from ui.transcript.view import TranscriptView

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

TEXTS = ("Kick-off.", "A pass.", "Goal!")


class Desk:
    """A view with a journal's lines, its model and its editor."""

    def __init__(self, journal: Path) -> None:
        self.journal = journal
        self.model = TranscriptModel()
        self.editor = TranscriptEditor(self.model)
        self.view = TranscriptView(self.model, self.editor)
        self.model.load(journal, read_journal(journal), read_notes(journal))

    def texts(self) -> list[str]:
        return [line.text for line in self.model.lines]

    def centre(self, row: int, column: int) -> QPoint:
        return self.view.visualRect(self.model.index(row, column)).center()

    def cell_editor(self) -> QPlainTextEdit:
        found = self.view.findChild(QPlainTextEdit)
        assert found is not None
        return found


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path) -> Desk:
    desk = Desk(write_journal(tmp_path, *TEXTS))
    qtbot.addWidget(desk.view)
    desk.view.resize(360, 300)
    with qtbot.waitExposed(desk.view):
        desk.view.show()
    return desk


def retype(qtbot: QtBot, desk: Desk, text: str, key: Qt.Key) -> None:
    """Write `text` into the open cell and press `key`."""
    cell = desk.cell_editor()
    cell.setPlainText("")
    qtbot.keyClicks(cell, text)
    qtbot.keyClick(cell, key)
    qtbot.waitUntil(lambda: desk.view.findChild(QPlainTextEdit) is None, timeout=5000)


def test_f2_edits_enter_keeps_and_undo_puts_back(qtbot: QtBot, desk: Desk) -> None:
    desk.view.selectRow(1)
    qtbot.keyClick(desk.view, Qt.Key.Key_F2)
    retype(qtbot, desk, "A long pass.", Qt.Key.Key_Return)
    assert desk.texts()[1] == "A long pass."
    assert read_transcript(desk.journal).lines[1].text == "A long pass."
    desk.editor.stack.undo()
    assert desk.texts() == list(TEXTS)
    assert read_transcript(desk.journal).lines == read_journal(desk.journal).lines
    desk.editor.stack.redo()
    assert desk.texts()[1] == "A long pass."


def test_escape_drops_an_edit_and_nothing_is_no_edit(qtbot: QtBot, desk: Desk) -> None:
    viewport, left = desk.view.viewport(), Qt.MouseButton.LeftButton
    qtbot.mouseClick(viewport, left, pos=desk.centre(2, TEXT))
    qtbot.mouseDClick(viewport, left, pos=desk.centre(2, TEXT))
    retype(qtbot, desk, "No goal.", Qt.Key.Key_Escape)
    desk.view.edit(desk.model.index(2, TEXT))
    retype(qtbot, desk, "  ", Qt.Key.Key_Return)
    assert desk.texts() == list(TEXTS)
    assert not notes_path(desk.journal).exists()
    assert not desk.editor.stack.canUndo()


def test_what_was_said_can_be_restored_from_the_menu(desk: Desk) -> None:
    desk.editor.reword(0, "The match begins.")
    menu = desk.view.menu_of(0)
    (restore,) = [act for act in menu.actions() if "Restore" in act.text()]
    assert restore.isEnabled()
    restore.trigger()
    assert desk.texts() == list(TEXTS)
    (restore,) = [act for act in desk.view.menu_of(0).actions() if "Restore" in act.text()]
    assert not restore.isEnabled()


def test_h_marks_all_selected_lines_in_one_step(qtbot: QtBot, desk: Desk) -> None:
    desk.view.selectAll()
    qtbot.keyClick(desk.view, Qt.Key.Key_H)
    assert read_notes(desk.journal).highlights == {0, 1, 2}
    qtbot.keyClick(desk.view, Qt.Key.Key_H)
    assert read_notes(desk.journal).highlights == set()
    desk.editor.stack.undo()
    desk.editor.stack.undo()
    assert not desk.editor.stack.canUndo()
    assert read_notes(desk.journal).highlights == set()


def test_many_lines_are_marked_by_one_change(qtbot: QtBot, desk: Desk) -> None:
    told: list[str] = []
    desk.editor.changed.connect(lambda: told.append("editor"))
    desk.model.dataChanged.connect(lambda: told.append("model"))
    desk.view.selectAll()
    qtbot.keyClick(desk.view, Qt.Key.Key_H)
    assert told == ["model", "editor"]
    desk.editor.stack.undo()
    assert told == 2 * ["model", "editor"]
    assert read_notes(desk.journal).highlights == set()


def test_a_click_on_the_star_marks_and_one_on_the_time_asks_for_the_moment(
    qtbot: QtBot, desk: Desk
) -> None:
    asked: list[int] = []
    desk.view.moment_asked.connect(asked.append)
    cell = desk.view.visualRect(desk.model.index(1, TIME))
    viewport, left = desk.view.viewport(), Qt.MouseButton.LeftButton
    qtbot.mouseClick(viewport, left, pos=star_rect(cell).center())
    assert desk.model.is_highlight(1)
    assert asked == []
    qtbot.mouseClick(viewport, left, pos=cell.topLeft() + QPoint(8, cell.height() - 6))
    qtbot.keyClick(desk.view, Qt.Key.Key_Return)
    assert asked == [1, 1]
    qtbot.mouseClick(viewport, left, pos=desk.centre(2, TEXT))
    assert asked == [1, 1]


def test_times_are_mended_and_given_back(desk: Desk) -> None:
    desk.editor.retime(Retiming(10.0, 2.0))
    assert [line.start_s for line in desk.model.lines] == [10.0, 12.0, 14.0]
    assert [line.start_s for line in read_transcript(desk.journal).lines] == [10.0, 12.0, 14.0]
    desk.editor.stack.undo()
    assert [line.start_s for line in desk.model.lines] == [0.0, 1.0, 2.0]


def test_a_change_that_cannot_be_kept_is_said_and_not_shown(qtbot: QtBot, desk: Desk) -> None:
    notes_path(desk.journal).mkdir()
    with qtbot.waitSignal(desk.editor.failed, timeout=5000) as failed:
        desk.editor.reword(0, "Other words.")
    assert failed.args is not None
    assert "cannot be kept" in failed.args[0]
    assert desk.texts() == list(TEXTS)
    assert not desk.editor.stack.canUndo()


def test_without_a_journal_nothing_can_be_changed(desk: Desk) -> None:
    desk.model.clear()
    desk.model.append(read_journal(desk.journal).lines[0])
    assert not desk.model.flags(desk.model.index(0, TEXT)) & Qt.ItemFlag.ItemIsEditable
    texts = [act.text() for act in desk.view.menu_of(0).actions()]
    assert texts == ["&Show this moment", "&Copy"]


def test_copy_takes_the_edited_words(qtbot: QtBot, desk: Desk) -> None:
    desk.editor.reword(2, "What a goal!")
    desk.view.selectRow(2)
    qtbot.keySequence(desk.view, QKeySequence(QKeySequence.StandardKey.Copy))
    assert desk.view.selected_text() == "0:02\tWhat a goal!"


def test_screen_readers_hear_of_highlights(desk: Desk) -> None:
    desk.editor.mark([2], is_on=True)
    spoken = desk.model.data(desk.model.index(2, TEXT), Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "Highlight, 0:02: Goal!"


def test_key_frames_are_painted_once_they_are_there(qtbot: QtBot, desk: Desk) -> None:
    narrow = desk.view.columnWidth(TIME)
    paint_key_frames(desk.journal, 3)
    desk.model.note_key_frame(0)
    assert desk.view.columnWidth(TIME) > narrow
    assert desk.view.rowHeight(1) >= 45

    def is_red() -> bool:
        colour = (
            desk.view.grab()
            .toImage()
            .pixelColor(desk.view.viewport().mapToParent(desk.centre(1, TIME)))
        )
        return colour.red() > 150 and colour.green() < 60

    qtbot.waitUntil(is_red, timeout=5000)


def test_a_damaged_picture_leaves_the_time_readable(qtbot: QtBot, desk: Desk) -> None:
    paint_key_frames(desk.journal, 3)
    for path in desk.journal.with_suffix(".frames").iterdir():
        path.write_bytes(b"no picture")
    desk.model.note_key_frame(0)
    desk.view.repaint()
    qtbot.waitUntil(lambda: not desk.view.grab().isNull(), timeout=5000)
    assert desk.model.data(desk.model.index(1, TIME)) == "0:01"


def test_the_model_knows_no_rows_below_its_rows(desk: Desk) -> None:
    assert desk.model.rowCount(desk.model.index(0, 0)) == 0
    assert desk.model.row_of(2) == 2
    assert desk.model.row_of(99) is None
    assert not desk.model.setData(QModelIndex(), "", Qt.ItemDataRole.EditRole)
