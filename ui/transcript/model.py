"""The lines of a transcript with what a person noted about them, as a table: time, text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication

from app.transcripts.key_frames import key_frame_folder, key_frame_name
from app.transcripts.notes import Notes, read_notes, take_notes
from app.transcripts.records import HighlightNote, TextNote
from ui.icons import icon

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from app.transcripts.journal import Transcript
    from app.transcripts.line import TranscriptLine
    from app.transcripts.records import Note

TIME, TEXT = 0, 1
_AnyIndex = QModelIndex | QPersistentModelIndex


def clock(seconds: float) -> str:
    """`seconds` as people read it: `0:07`, `12:30`, `1:02:03`."""
    minutes, second = divmod(int(seconds), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02d}:{second:02d}" if hours else f"{minute}:{second:02d}"


class TranscriptModel(QAbstractTableModel):
    """Lines in the order in which they were said.

    They can be edited once the journal that keeps them is known: what is noted is written beside
    it first, and shown then.

    Signals:
        edit_asked: A row and the text that it shall read; see `ui.transcript.editing`.
        key_frames_came: There are pictures now, or there are none any more.
    """

    edit_asked = Signal(int, str)
    key_frames_came = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._kept: list[TranscriptLine] = []  # as the journal has them
        self._rows: dict[int, int] = {}  # by the number of the line
        self._notes = Notes()
        self._journal: Path | None = None
        self._has_key_frames = False
        self._unspoken: set[int] = set()  # numbers of lines

    @property
    def lines(self) -> tuple[TranscriptLine, ...]:
        """All lines, as the notes make them."""
        return tuple(self.line(row) for row in range(len(self._kept)))

    @property
    def notes(self) -> Notes:
        """What was noted about them."""
        return self._notes

    @property
    def journal(self) -> Path | None:
        """Where they are kept; None where nobody said so."""
        return self._journal

    @property
    def has_key_frames(self) -> bool:
        """Whether lines come with pictures."""
        return self._has_key_frames

    def line(self, row: int) -> TranscriptLine:
        """The line in `row`, as the notes make it."""
        return self._notes.shown(self._kept[row])

    def words(self, row: int) -> str:
        """What is read in `row`: its text, behind the question where it is an answer."""
        line = self.line(row)
        return f"“{line.question}” — {line.text}" if line.question else line.text

    def kept_line(self, row: int) -> TranscriptLine:
        """The line in `row`, as it was said."""
        return self._kept[row]

    def row_of(self, line_index: int) -> int | None:
        """The row of the line with this number."""
        return self._rows.get(line_index)

    def is_highlight(self, row: int) -> bool:
        """Whether a person marked the line."""
        return self._kept[row].index in self._notes.highlights

    def is_unspoken(self, row: int) -> bool:
        """Whether speech left the line out."""
        return self._kept[row].index in self._unspoken

    def key_frame(self, row: int) -> Path | None:
        """Where the line's picture would be; None where none are kept."""
        if self._journal is None or not self._has_key_frames:
            return None
        return key_frame_folder(self._journal) / key_frame_name(self._kept[row].index)

    def append(self, line: TranscriptLine) -> None:
        """Add a line at the end, as it was said."""
        row = len(self._kept)
        self.beginInsertRows(QModelIndex(), row, row)
        self._kept.append(line)
        self._rows[line.index] = row
        self.endInsertRows()

    def clear(self) -> None:
        """Forget all lines and their journal."""
        self._reset((), Notes(), None)

    def keep_in(self, journal: Path) -> None:
        """Say where the lines are kept."""
        self._journal = journal

    def load(self, journal: Path, kept: Transcript, notes: Notes) -> None:
        """Show the lines of a journal in place of those before."""
        self._reset(kept.spoken, notes, journal)

    def note(self, *notes: Note) -> None:
        """Write `notes` beside the journal and show them.

        Raises:
            TranscriptError: They cannot be written.
        """
        assert self._journal is not None  # lines without a journal are not editable
        take_notes(self._journal, *notes)
        self._notes = self._notes.noting(notes)
        rows = [row for note in notes for row in self._rows_of(note)]
        if rows:
            self._show_change(min(rows), max(rows))

    def refresh_notes(self) -> None:
        """Show what was noted elsewhere, in another window for example, and pictures that came.

        Raises:
            TranscriptError: The notes cannot be read.
        """
        if self._journal is not None:
            self._look_for_key_frames(self._journal)
            notes = read_notes(self._journal)
            if notes != self._notes:
                self._notes = notes
                self._show_change(0, len(self._kept) - 1)

    def note_key_frame(self, line_index: int) -> None:
        """The picture of a line is there now."""
        if not self._has_key_frames:
            self._has_key_frames = True
            self.key_frames_came.emit()
        row = self._rows.get(line_index)
        if row is not None:
            self._show_change(row)

    def mark_unspoken(self, line: TranscriptLine) -> None:
        """Speech left `line` out; nothing happens where it is not one of these."""
        row = self._rows.get(line.index)
        if row is not None and self._kept[row] == line:
            self._unspoken.add(line.index)
            self._show_change(row)

    def rowCount(self, parent: _AnyIndex = QModelIndex()) -> int:  # noqa: B008 (Qt's signature)
        return 0 if parent.isValid() else len(self._kept)

    def columnCount(self, parent: _AnyIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else 2

    def flags(self, index: _AnyIndex) -> Qt.ItemFlag:
        flags = super().flags(index)
        is_editable = index.column() == TEXT and self._journal is not None
        return flags | Qt.ItemFlag.ItemIsEditable if is_editable else flags

    def data(self, index: _AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        line = self.line(index.row())
        is_time = index.column() == TIME
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return clock(line.start_s) if is_time else self.words(index.row())
            case Qt.ItemDataRole.EditRole:
                return clock(line.start_s) if is_time else line.text
            case Qt.ItemDataRole.AccessibleTextRole:
                return ", ".join((*self._signs(index.row()), self._whole(index.row())))
            case _:
                return self._look(index.row(), role, is_time=is_time)

    def _look(self, row: int, role: int, *, is_time: bool) -> Any:
        """What a cell shows besides its text."""
        match role:
            case Qt.ItemDataRole.TextAlignmentRole:
                return Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft
            case Qt.ItemDataRole.ForegroundRole if is_time:
                return QApplication.palette().brush(QPalette.ColorRole.Mid)
            case Qt.ItemDataRole.DecorationRole if not is_time and self.is_unspoken(row):
                return icon("speaker-off", QPalette.ColorRole.Mid)
            case Qt.ItemDataRole.ToolTipRole if self.is_unspoken(row):
                return self.tr("Not spoken aloud: its turn would have come too late")
            case _:
                return None

    def _whole(self, row: int) -> str:
        return f"{clock(self.line(row).start_s)}: {self.words(row)}"

    def _signs(self, row: int) -> Iterator[str]:
        """What the signs beside the time say."""
        if self.is_highlight(row):
            yield self.tr("Highlight")
        if self.is_unspoken(row):
            yield self.tr("Not spoken")

    def setData(self, index: _AnyIndex, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Ask for an edit, which is noted where it can be undone; no text is no edit."""
        if role != Qt.ItemDataRole.EditRole or not str(value).split():
            return False
        self.edit_asked.emit(index.row(), str(value))
        return True

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        if role != Qt.ItemDataRole.DisplayRole or orientation != Qt.Orientation.Horizontal:
            return None
        return self.tr("Time") if section == TIME else self.tr("Commentary")

    def _reset(self, kept: tuple[TranscriptLine, ...], notes: Notes, journal: Path | None) -> None:
        self.beginResetModel()
        self._kept = list(kept)
        self._rows = {line.index: row for row, line in enumerate(kept)}
        self._notes = notes
        self._unspoken = set()
        self._journal = journal
        self._has_key_frames = journal is not None and key_frame_folder(journal).is_dir()
        self.endResetModel()
        self.key_frames_came.emit()

    def _look_for_key_frames(self, journal: Path) -> None:
        """Tell whether there are pictures now; a session that runs may get its first one late."""
        has_key_frames = key_frame_folder(journal).is_dir()
        if has_key_frames != self._has_key_frames:
            self._has_key_frames = has_key_frames
            self.key_frames_came.emit()

    def _rows_of(self, note: Note) -> Sequence[int]:
        """Which rows look different with `note`."""
        match note:
            case TextNote(index) | HighlightNote(index):
                return (self._rows[index],)
            case _:
                return range(len(self._kept))

    def _show_change(self, first: int, last: int | None = None) -> None:
        last = first if last is None else last
        if last >= first:
            self.dataChanged.emit(self.index(first, TIME), self.index(last, TEXT))
