"""The panels at the sides of the stage: what to watch, and what was said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ui.widgets.labels import hint
from ui.widgets.model_picker import ModelPicker
from ui.widgets.source_picker import SourcePicker
from ui.widgets.transcript_view import TranscriptModel, TranscriptView

if TYPE_CHECKING:
    from ui.actions import Actions

_MARGIN_PX = 14


def _panel_layout(panel: QFrame) -> QVBoxLayout:
    panel.setObjectName("panel")
    layout = QVBoxLayout(panel)
    layout.setContentsMargins(_MARGIN_PX, _MARGIN_PX, _MARGIN_PX, _MARGIN_PX)
    layout.setSpacing(10)
    return layout


class ChoicePanel(QFrame):
    """Source and model; scrolls where the window is low."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.source = SourcePicker()
        self.model = ModelPicker()
        inner = QWidget()
        inner.setObjectName("clear")
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(14)
        column.addWidget(self.source)
        column.addWidget(self.model)
        column.addStretch()
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # it scrolls to the control with the focus
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inner)
        _panel_layout(self).addWidget(area)
        self.setMinimumWidth(250)

    def sizeHint(self) -> QSize:
        return QSize(280, 560)


class TranscriptPanel(QWidget):
    """The transcript, with the buttons that copy and save it."""

    def __init__(
        self, model: TranscriptModel, actions: Actions, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.view = TranscriptView(model)
        self._model = model
        empty = hint(self.tr("What is said appears here, with its time."))
        self._pages = QStackedWidget()
        self._pages.addWidget(_at_top(empty))
        self._pages.addWidget(self.view)
        row = QHBoxLayout()
        row.addStretch()
        for action in (actions.copy_transcript, actions.save_as):
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
