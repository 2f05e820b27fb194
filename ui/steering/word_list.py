"""The words that are replaced or left out, as a small table that is typed into."""

from __future__ import annotations

from PySide6.QtCore import QItemSelectionModel, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.steering.words import WordRule
from ui.icons import icon
from ui.widgets.labels import heading, hint

_WORD, _INSTEAD = 0, 1
_ROWS_SEEN = 4


class WordList(QWidget):
    """Rows without a word do not count; what is removed can be brought back.

    Signals:
        changed: The rules may be others now.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.table = QTableWidget(0, 2)
        self._set_up_table()
        self._removed: list[tuple[int, str, str]] = []
        self.add = self._button("add", self.tr("Add a word"), self._add_row)
        self.remove = self._button("trash", self.tr("Remove the selected words"), self._remove)
        self.undo = self._button("undo", self.tr("Bring back what was removed"), self._bring_back)
        self.undo.setEnabled(False)
        row = QHBoxLayout()
        row.addWidget(heading(self.tr("&Words"), self.table), 1)
        for button in (self.add, self.remove, self.undo):
            row.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(row)
        layout.addWidget(self.table)
        layout.addWidget(
            hint(self.tr("Whole words, in any case. Nothing in the second column leaves it out."))
        )
        self.table.itemChanged.connect(self.changed)

    def rules(self) -> tuple[WordRule, ...]:
        """What the rows say.

        Raises:
            SteeringError: A word is too long.
        """
        rows = (self._texts(row) for row in range(self.table.rowCount()))
        return tuple(WordRule(word, instead) for word, instead in rows if word.split())

    def set_rules(self, rules: tuple[WordRule, ...]) -> None:
        """Show `rules` in place of what was there."""
        self.table.blockSignals(True)
        self.table.setRowCount(0)
        for rule in rules:
            self._insert(self.table.rowCount(), rule.word, rule.instead)
        self.table.blockSignals(False)

    def _set_up_table(self) -> None:
        table = self.table
        table.setHorizontalHeaderLabels([self.tr("Word"), self.tr("Instead")])
        table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
        table.setShowGrid(False)
        table.verticalHeader().hide()
        table.setAccessibleName(self.tr("Words to replace"))
        table.setTabKeyNavigation(False)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        rows = table.verticalHeader().defaultSectionSize() * _ROWS_SEEN
        table.setFixedHeight(rows + table.horizontalHeader().sizeHint().height())

    def _button(self, icon_name: str, text: str, do: object) -> QToolButton:
        button = QToolButton()
        button.setProperty("role", "flat")
        button.setIcon(icon(icon_name))
        button.setToolTip(text)
        button.setAccessibleName(text)
        button.clicked.connect(do)
        return button

    def _texts(self, row: int) -> tuple[str, str]:
        items = (self.table.item(row, _WORD), self.table.item(row, _INSTEAD))
        word, instead = (item.text() if item is not None else "" for item in items)
        return word, instead

    def _insert(self, row: int, word: str, instead: str) -> QTableWidgetItem:
        """Make a row; gives the cell of its word."""
        cell = QTableWidgetItem(word)
        self.table.insertRow(row)
        self.table.setItem(row, _WORD, cell)
        self.table.setItem(row, _INSTEAD, QTableWidgetItem(instead))
        return cell

    def _add_row(self) -> None:
        row = self.table.rowCount()
        cell = self._insert(row, "", "")
        self.table.setCurrentItem(cell)
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)
        self.table.editItem(cell)

    def _remove(self) -> None:
        rows = sorted({index.row() for index in self.table.selectedIndexes()})
        if rows:
            self._removed = [(row, *self._texts(row)) for row in rows]
            for row in reversed(rows):
                self.table.removeRow(row)
            self.undo.setEnabled(True)
            self.changed.emit()

    def _bring_back(self) -> None:
        for row, word, instead in self._removed:
            self._insert(min(row, self.table.rowCount()), word, instead)
            self.table.selectionModel().select(
                self.table.model().index(min(row, self.table.rowCount() - 1), _WORD),
                QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows,
            )
        self._removed = []
        self.undo.setEnabled(False)
        self.changed.emit()
