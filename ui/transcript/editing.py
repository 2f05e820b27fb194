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

    _Notes = tuple[Note, ...]


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
            self.tr("edit of a line"),
            (TextNote(line.index, text),),
            (TextNote(line.index, line.text),),
        )

    def restore(self, row: int) -> None:
        """Let the line in `row` read what was said."""
        self.reword(row, self._model.kept_line(row).text)

    def mark(self, rows: Iterable[int], *, is_on: bool) -> None:
        """Make lines highlights, or none any more: one step for all of them."""
        changed = [row for row in rows if self._model.is_highlight(row) != is_on]
        numbers = [self._model.kept_line(row).index for row in changed]
        if numbers:
            self._do(
                self.tr("highlight"),
                tuple(HighlightNote(number, is_on) for number in numbers),
                tuple(HighlightNote(number, not is_on) for number in numbers),
            )

    def retime(self, timing: Retiming) -> None:
        """Mend all times."""
        before = self._model.notes.timing
        if timing != before:
            self._do(
                self.tr("change of times"),
                (TimingNote(timing.offset_s, timing.scale),),
                (TimingNote(before.offset_s, before.scale),),
            )

    def rename(self, title: str) -> None:
        """Give the transcript a name."""
        before = self._model.notes.title or ""
        if one_line(title) != before:
            self._do(self.tr("new name"), (TitleNote(title),), (TitleNote(before),))

    def _do(self, name: str, notes: _Notes, opposite: _Notes) -> None:
        self.stack.push(_NotesCommand(self, name, notes, opposite))

    def take(self, *notes: Note) -> bool:
        """Note them at once; False, and `failed`, where that does not work."""
        try:
            self._model.note(*notes)
        except TranscriptError as error:
            self.failed.emit(str(error))
            return False
        self.changed.emit()
        return True


class _NotesCommand(QUndoCommand):
    """Notes and their opposite; where they cannot be written, the stack forgets them."""

    def __init__(
        self, editor: TranscriptEditor, name: str, notes: _Notes, opposite: _Notes
    ) -> None:
        super().__init__(name)
        self._editor = editor
        self._notes = notes
        self._opposite = opposite

    def redo(self) -> None:
        self.setObsolete(not self._editor.take(*self._notes))

    def undo(self) -> None:
        self.setObsolete(not self._editor.take(*self._opposite))
