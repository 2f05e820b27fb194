"""Changes to a transcript that can be undone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from app.errors import TranscriptError
from app.transcripts.line import one_line
from app.transcripts.records import HighlightNote, TextNote, TimingNote, TitleNote

if TYPE_CHECKING:
    from collections.abc import Iterable

    from app.transcripts.records import Note
    from app.transcripts.retiming import Retiming
    from ui.transcript.model import TranscriptModel


class TranscriptEditor(QObject):
    """Turns wishes into notes on a model's lines, each a step that can be undone.

    To undo is to note what was there before: nothing is ever erased.

    Signals:
        failed: One sentence that says why a change was not kept.
        changed: A change was made, undone or made again.
    """

    failed = Signal(str)
    changed = Signal()

    def __init__(self, model: TranscriptModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self.stack = QUndoStack(self)
        model.edit_asked.connect(self.reword)
        model.modelReset.connect(self.stack.clear)

    def reword(self, row: int, text: str) -> None:
        """Let the line in `row` read `text`."""
        line = self._model.line(row)
        if one_line(text) == line.text:
            return
        self._do(
            self.tr("edit of a line"), TextNote(line.index, text), TextNote(line.index, line.text)
        )

    def restore(self, row: int) -> None:
        """Let the line in `row` read what was said."""
        self.reword(row, self._model.kept_line(row).text)

    def mark(self, rows: Iterable[int], *, is_on: bool) -> None:
        """Make lines highlights, or none any more: one step for all of them."""
        changed = [row for row in rows if self._model.is_highlight(row) != is_on]
        if not changed:
            return
        self.stack.beginMacro(self.tr("highlight"))
        for row in changed:
            index = self._model.kept_line(row).index
            self._do("", HighlightNote(index, is_on), HighlightNote(index, not is_on))
        self.stack.endMacro()

    def retime(self, timing: Retiming) -> None:
        """Mend all times."""
        before = self._model.notes.timing
        if timing != before:
            self._do(
                self.tr("change of times"),
                TimingNote(timing.offset_s, timing.scale),
                TimingNote(before.offset_s, before.scale),
            )

    def rename(self, title: str) -> None:
        """Give the transcript a name."""
        before = self._model.notes.title or ""
        if one_line(title) != before:
            self._do(self.tr("new name"), TitleNote(title), TitleNote(before))

    def _do(self, name: str, note: Note, opposite: Note) -> None:
        self.stack.push(_NoteCommand(self, name, note, opposite))

    def take(self, note: Note) -> bool:
        """Note it; False, and `failed`, where that does not work."""
        try:
            self._model.note(note)
        except TranscriptError as error:
            self.failed.emit(str(error))
            return False
        self.changed.emit()
        return True


class _NoteCommand(QUndoCommand):
    """A note and its opposite; one that cannot be written is forgotten by the stack."""

    def __init__(self, editor: TranscriptEditor, name: str, note: Note, opposite: Note) -> None:
        super().__init__(name)
        self._editor = editor
        self._note = note
        self._opposite = opposite

    def redo(self) -> None:
        self.setObsolete(not self._editor.take(self._note))

    def undo(self) -> None:
        self.setObsolete(not self._editor.take(self._opposite))
