"""The list of what was said, with times; made for hours of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    QTimer,
)
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QFrame,
    QHeaderView,
    QTableView,
    QWidget,
)

if TYPE_CHECKING:
    from app.transcripts.line import TranscriptLine

_TIME, _TEXT = 0, 1
_PADDING_WIDTH_PX, _PADDING_HEIGHT_PX = 20, 9
_AnyIndex = QModelIndex | QPersistentModelIndex


def clock(seconds: float) -> str:
    """`seconds` as people read it: `0:07`, `12:30`, `1:02:03`."""
    minutes, second = divmod(int(seconds), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02d}:{second:02d}" if hours else f"{minute}:{second:02d}"


class TranscriptModel(QAbstractTableModel):
    """Lines in the order in which they were said: time, text."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines: list[TranscriptLine] = []

    @property
    def lines(self) -> tuple[TranscriptLine, ...]:
        """All lines."""
        return tuple(self._lines)

    def line(self, row: int) -> TranscriptLine:
        """The line in `row`."""
        return self._lines[row]

    def append(self, line: TranscriptLine) -> None:
        """Add a line at the end."""
        row = len(self._lines)
        self.beginInsertRows(QModelIndex(), row, row)
        self._lines.append(line)
        self.endInsertRows()

    def clear(self) -> None:
        """Forget all lines."""
        self.beginResetModel()
        self._lines.clear()
        self.endResetModel()

    def rowCount(self, parent: _AnyIndex = QModelIndex()) -> int:  # noqa: B008 (Qt's signature)
        return 0 if parent.isValid() else len(self._lines)

    def columnCount(self, parent: _AnyIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else 2

    def data(self, index: _AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        line = self._lines[index.row()]
        is_time = index.column() == _TIME
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return clock(line.start_s) if is_time else line.text
            case Qt.ItemDataRole.TextAlignmentRole:
                return Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft
            case Qt.ItemDataRole.ForegroundRole if is_time:
                return QApplication.palette().brush(QPalette.ColorRole.Mid)
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{clock(line.start_s)}: {line.text}"
            case _:
                return None

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        if role != Qt.ItemDataRole.DisplayRole or orientation != Qt.Orientation.Horizontal:
            return None
        return self.tr("Time") if section == _TIME else self.tr("Commentary")


class TranscriptView(QTableView):
    """Shows a TranscriptModel; follows the newest line unless the reader scrolled up.

    Row heights are measured for the rows in sight only: measuring all of them would freeze the
    window after some hours of commentary.
    """

    def __init__(self, model: TranscriptModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines = model
        self._follow = True
        self.setModel(model)
        self.setAccessibleName(self.tr("Transcript"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(True)
        self.setTabKeyNavigation(False)  # Tab leaves the list, arrow keys move in it
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._set_up_headers()
        self._fit_later = QTimer(self, singleShot=True, interval=0)
        self._fit_later.timeout.connect(self._fit_visible_rows)
        self.verticalScrollBar().valueChanged.connect(self._note_scroll)
        self.horizontalHeader().sectionResized.connect(self._fit_later.start)
        model.rowsInserted.connect(self._fit_later.start)

    def selected_text(self) -> str:
        """The selected lines, one to a row, time first; all of them where none is selected."""
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        lines = self._lines.lines
        chosen = [lines[row] for row in rows] or lines
        return "\n".join(f"{clock(line.start_s)}\t{line.text}" for line in chosen)

    def copy(self) -> None:
        """Put `selected_text()` on the clipboard."""
        QGuiApplication.clipboard().setText(self.selected_text())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):  # Qt's own copies one cell only
            self.copy()
            event.accept()
        else:
            super().keyPressEvent(event)

    def _set_up_headers(self) -> None:
        header, rows = self.horizontalHeader(), self.verticalHeader()
        header.hide()
        header.setMinimumSectionSize(1)
        header.setStretchLastSection(True)
        self.setColumnWidth(_TIME, self.fontMetrics().horizontalAdvance("0:00:00") + 18)
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(self.fontMetrics().lineSpacing() + _PADDING_HEIGHT_PX)

    def _note_scroll(self, value: int) -> None:
        self._follow = value >= self.verticalScrollBar().maximum() - 2
        self._fit_later.start()

    def _fit_visible_rows(self) -> None:
        count = self._lines.rowCount()
        if not count:
            return
        follow = self._follow
        if follow:
            self._fit_row(count - 1)
            self.scrollToBottom()
        last = self.rowAt(self.viewport().height() - 1)
        for row in range(max(self.rowAt(0), 0), (last if last >= 0 else count - 1) + 1):
            self._fit_row(row)
        if follow:
            self.scrollToBottom()

    def _fit_row(self, row: int) -> None:
        """As high as the wrapped text; Qt's own measure leaves out the style sheet's padding."""
        width = self.columnWidth(_TEXT) - _PADDING_WIDTH_PX
        text = self._lines.line(row).text
        box = self.fontMetrics().boundingRect(0, 0, width, 0, Qt.TextFlag.TextWordWrap, text)
        self.setRowHeight(row, box.height() + _PADDING_HEIGHT_PX)
