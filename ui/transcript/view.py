"""The list of what was said, with times and key frames; made for hours of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QMenu, QTableView, QWidget

from ui.icons import icon
from ui.transcript.delegates import (
    MARGIN_PX,
    PICTURE_SIZE,
    MomentDelegate,
    WordsDelegate,
    star_rect,
)
from ui.transcript.model import TEXT, TIME, TranscriptModel, clock
from ui.transcript.thumbnails import Thumbnails

if TYPE_CHECKING:
    from ui.transcript.editing import TranscriptEditor

_PADDING_WIDTH_PX, _PADDING_HEIGHT_PX = 20, 9
_NO_ROW = -1


class TranscriptView(QTableView):
    """Shows a TranscriptModel; follows the newest line unless the reader scrolled up.

    Row heights are measured for the rows in sight only: measuring all of them would freeze the
    window after some hours of commentary.

    Args:
        model: What to show.
        editor: Makes changes; None lets nothing be changed.

    Signals:
        moment_asked: The row whose moment the reader wants to see.
    """

    moment_asked = Signal(int)

    def __init__(
        self,
        model: TranscriptModel,
        editor: TranscriptEditor | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._lines = model
        self._editor = editor
        self._follow = True
        self._pressed_row = _NO_ROW
        self._thumbnails = Thumbnails(PICTURE_SIZE, self)
        self.setModel(model)
        self.setItemDelegateForColumn(TIME, MomentDelegate(self._thumbnails, self))
        self.setItemDelegateForColumn(TEXT, WordsDelegate(self))
        self._set_up_manners()
        self._set_up_headers()
        self._fit_later = QTimer(self, singleShot=True, interval=0)
        self._fit_later.timeout.connect(self._fit_visible_rows)
        self.verticalScrollBar().valueChanged.connect(self._note_scroll)
        self.horizontalHeader().sectionResized.connect(self._fit_later.start)
        self._thumbnails.loaded.connect(self.viewport().update)
        model.rowsInserted.connect(self._fit_later.start)
        model.dataChanged.connect(self._note_change)
        model.modelReset.connect(self._begin_anew)
        model.key_frames_came.connect(self._make_room)

    @property
    def selected_rows(self) -> list[int]:
        """The rows that are selected, from the top."""
        return sorted(index.row() for index in self.selectionModel().selectedRows())

    def selected_text(self) -> str:
        """The selected lines, one to a row, time first; all of them where none is selected."""
        lines = self._lines.lines
        chosen = [lines[row] for row in self.selected_rows] or lines
        return "\n".join(f"{clock(line.start_s)}\t{line.text}" for line in chosen)

    def copy(self) -> None:
        """Put `selected_text()` on the clipboard."""
        QGuiApplication.clipboard().setText(self.selected_text())

    def show_row(self, row: int) -> None:
        """Select a row and bring it into sight."""
        self._follow = False
        self.selectRow(row)
        self.scrollTo(self._lines.index(row, TEXT), QAbstractItemView.ScrollHint.PositionAtCenter)

    def show_current(self) -> None:
        """Bring the current line into sight."""
        self._follow = False
        self.scrollTo(self.currentIndex())

    def show_start(self) -> None:
        """Bring the first line into sight, and stay there."""
        self._follow = False
        self.scrollToTop()

    def toggle_highlight(self) -> None:
        """Mark the selected lines as highlights, or take the marks away where all have one."""
        if self._editor is not None and self._lines.journal is not None:
            rows = self.selected_rows
            are_marked = all(self._lines.is_highlight(row) for row in rows)
            self._editor.mark(rows, is_on=not are_marked)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        row = self.currentIndex().row()
        if event.matches(QKeySequence.StandardKey.Copy):  # Qt's own copies one cell only
            self.copy()
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and row != _NO_ROW:
            self.moment_asked.emit(row)
        elif event.key() == Qt.Key.Key_F2 and row != _NO_ROW:
            self.edit(self._lines.index(row, TEXT))
        elif event.key() == Qt.Key.Key_H and not event.modifiers():
            self.toggle_highlight()
        else:
            super().keyPressEvent(event)
            return
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = self._moment_at(event.position().toPoint())
        is_click = event.button() == Qt.MouseButton.LeftButton and not event.modifiers()
        self._pressed_row = place.row() if is_click else _NO_ROW
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        where = event.position().toPoint()
        place = self._moment_at(where)
        pressed, self._pressed_row = self._pressed_row, _NO_ROW
        if not place.isValid() or place.row() != pressed:
            return
        if star_rect(self.visualRect(place)).contains(where):
            self.selectRow(place.row())
            self.toggle_highlight()
        else:
            self.moment_asked.emit(place.row())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        is_over = self._moment_at(event.position().toPoint()).isValid()
        shape = Qt.CursorShape.PointingHandCursor if is_over else Qt.CursorShape.ArrowCursor
        self.viewport().setCursor(shape)
        super().mouseMoveEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        index = self.indexAt(event.pos())
        if index.isValid():
            menu = self.menu_of(index.row())
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.popup(event.globalPos())

    def menu_of(self, row: int) -> QMenu:
        """What can be done with a row, or with all selected ones where it is among them."""
        if row not in self.selected_rows:
            self.selectRow(row)
        menu = QMenu(self)
        show = menu.addAction(icon("film"), self.tr("&Show this moment"))
        show.triggered.connect(lambda: self.moment_asked.emit(row))
        menu.addAction(icon("copy"), self.tr("&Copy")).triggered.connect(self.copy)
        if self._editor is not None and self._lines.journal is not None:
            self._add_changes(menu, row, self._editor)
        return menu

    def _add_changes(self, menu: QMenu, row: int, editor: TranscriptEditor) -> None:
        menu.addSeparator()
        marked = all(self._lines.is_highlight(row) for row in self.selected_rows)
        mark = self.tr("Remove &highlight") if marked else self.tr("Mark as &highlight")
        menu.addAction(icon("highlight"), mark).triggered.connect(self.toggle_highlight)
        edit = menu.addAction(icon("edit"), self.tr("&Edit"))
        edit.triggered.connect(lambda: self.edit(self._lines.index(row, TEXT)))
        said = self._lines.kept_line(row).text
        restore = menu.addAction(self.tr("&Restore what was said"))
        restore.setEnabled(said != self._lines.line(row).text)
        restore.triggered.connect(lambda: editor.restore(row))

    def _moment_at(self, where: QPoint) -> QModelIndex:
        """The cell with a time at this place; an invalid one elsewhere."""
        index = self.indexAt(where)
        return index if index.column() == TIME else QModelIndex()

    def _set_up_manners(self) -> None:
        self.setAccessibleName(self.tr("Transcript"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(True)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)  # Tab leaves the list, arrow keys move in it
        self.setEditTriggers(QAbstractItemView.EditTrigger.DoubleClicked)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def _set_up_headers(self) -> None:
        header, rows = self.horizontalHeader(), self.verticalHeader()
        header.hide()
        header.setMinimumSectionSize(1)
        header.setStretchLastSection(True)
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self._make_room()

    def _make_room(self) -> None:
        """Make the first column as wide as what is in it, and rows as high."""
        if self._lines.has_key_frames:
            width = PICTURE_SIZE.width() + 2 * MARGIN_PX
        else:
            width = self.fontMetrics().horizontalAdvance("0:00:00") + 18
        if width != self.columnWidth(TIME):
            self.setColumnWidth(TIME, width)
            self.verticalHeader().setDefaultSectionSize(self._least_height())

    def _least_height(self) -> int:
        text = self.fontMetrics().lineSpacing() + _PADDING_HEIGHT_PX
        picture = PICTURE_SIZE.height() + 2 * MARGIN_PX
        return max(text, picture) if self._lines.has_key_frames else text

    def _note_scroll(self, value: int) -> None:
        self._follow = value >= self.verticalScrollBar().maximum() - 2
        self._fit_later.start()

    def _note_change(self, first: QModelIndex, last: QModelIndex) -> None:
        if first.row() == last.row():  # perhaps its picture has come
            path = self._lines.key_frame(first.row())
            if path is not None:
                self._thumbnails.forget(path)
        self._fit_later.start()

    def _begin_anew(self) -> None:
        self._follow = True
        self._fit_later.start()

    def _fit_visible_rows(self) -> None:
        count = self._lines.rowCount()
        if not count:
            return
        is_editing = self.state() == QAbstractItemView.State.EditingState
        follow = self._follow and not is_editing
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
        width = self.columnWidth(TEXT) - _PADDING_WIDTH_PX
        text = self._lines.words(row)
        box = self.fontMetrics().boundingRect(0, 0, width, 0, Qt.TextFlag.TextWordWrap, text)
        self.setRowHeight(row, max(box.height() + _PADDING_HEIGHT_PX, self._least_height()))
