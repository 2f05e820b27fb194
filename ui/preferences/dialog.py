"""The Preferences dialog: its pages in a list on the left, the chosen one on the right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ui.fitting import fitting
from ui.icons import icon
from ui.widgets.tidying import tidy

if TYPE_CHECKING:
    from ui.preferences.directory import PageEntry

_LIST_WIDTH_PX, _ROW_HEIGHT_PX = 160, 36


class PreferencesDialog(QDialog):
    """Shows pages, each made when it is first looked at; there is nothing to confirm."""

    def __init__(self, entries: tuple[PageEntry, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entries = entries
        self._pages: dict[int, QWidget] = {}
        self.setWindowTitle(self.tr("Preferences"))
        self.resize(fitting(QSize(800, 580)))
        self._list = QListWidget()
        self._list.setAccessibleName(self.tr("Pages of preferences"))
        self._list.setFixedWidth(_LIST_WIDTH_PX)
        self._list.setIconSize(QSize(20, 20))
        self._stack = QStackedWidget()
        for entry in entries:
            item = QListWidgetItem(icon(entry.icon_name), entry.title, self._list)
            item.setSizeHint(QSize(0, _ROW_HEIGHT_PX))
        self._lay_out()
        self._list.currentRowChanged.connect(self._turn_to)
        self._list.setCurrentRow(0)

    @property
    def titles(self) -> tuple[str, ...]:
        """The pages, from the top."""
        return tuple(entry.title for entry in self._entries)

    @property
    def page(self) -> QWidget:
        """The page that is shown."""
        return self._pages[self._list.currentRow()]

    def show_page(self, title: str) -> None:
        """Turn to the page with this title."""
        self._list.setCurrentRow(self.titles.index(title))

    def _lay_out(self) -> None:
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.close)
        for button in buttons.buttons():
            button.setIcon(QIcon())  # the style's own suits no other icon here
        row = QHBoxLayout()
        row.setSpacing(14)
        row.addWidget(self._list)
        row.addWidget(self._stack, 1)
        column = QVBoxLayout(self)
        column.addLayout(row, 1)
        column.addWidget(buttons)

    def _turn_to(self, row: int) -> None:
        if row not in self._pages:
            self._pages[row] = self._entries[row].make()
            tidy(self._pages[row])
            self._stack.addWidget(_scrolling(self._pages[row], self._entries[row].title))
        self._stack.setCurrentIndex(list(self._pages).index(row))


def _scrolling(page: QWidget, title: str) -> QScrollArea:
    """`page` in an area that scrolls where the dialog is low."""
    page.setAccessibleName(title)
    if not page.objectName():
        page.setObjectName("clear")
    area = QScrollArea()
    area.setObjectName("panel")
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidgetResizable(True)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # it scrolls to the control with the focus
    area.setWidget(page)
    area.ensurePolished()  # which gives it its border
    border = area.contentsMargins()
    around = border.left() + border.right() + area.verticalScrollBar().sizeHint().width()
    area.setMinimumWidth(page.minimumSizeHint().width() + around)  # it scrolls downwards only
    return area
