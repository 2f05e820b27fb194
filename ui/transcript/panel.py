"""The tab of the transcript: the lines, with buttons that copy and save them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QToolButton, QVBoxLayout, QWidget

from ui.transcript.view import TranscriptView
from ui.widgets.labels import hint

if TYPE_CHECKING:
    from collections.abc import Iterable

    from PySide6.QtGui import QAction

    from ui.transcript.editing import TranscriptEditor
    from ui.transcript.model import TranscriptModel


class TranscriptPanel(QWidget):
    """A transcript, or a word about what will be seen here.

    Args:
        model: The lines.
        editor: Makes changes.
        actions: Get a button each.
    """

    def __init__(
        self,
        model: TranscriptModel,
        editor: TranscriptEditor,
        actions: Iterable[QAction],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.view = TranscriptView(model, editor)
        self._model = model
        empty = hint(self.tr("What is said appears here, with its time."))
        self._pages = QStackedWidget()
        self._pages.addWidget(_at_top(empty))
        self._pages.addWidget(self.view)
        row = QHBoxLayout()
        row.addStretch()
        for action in actions:
            button = QToolButton()
            button.setProperty("role", "flat")
            button.setDefaultAction(action)
            row.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(row)
        layout.addWidget(self._pages, 1)
        model.rowsInserted.connect(self._turn)
        model.modelReset.connect(self._turn)

    def _turn(self) -> None:
        self._pages.setCurrentIndex(1 if self._model.rowCount() else 0)


def _at_top(widget: QWidget) -> QWidget:
    page = QWidget()
    layout = QVBoxLayout(page)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.addWidget(widget)
    layout.addStretch()
    return page
