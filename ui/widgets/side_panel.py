"""The panel at the left of the stage: what to watch, with which model."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QFrame,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from ui.widgets.model_picker import ModelPicker
from ui.widgets.source_picker import SourcePicker

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
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # it scrolls to the control with the focus
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        _panel_layout(self).addWidget(area)  # empty: moved when full, all in it is dressed anew
        area.setWidget(inner)
        column.addWidget(self.source)
        column.addWidget(self.model)
        column.addStretch()
        self.setMinimumWidth(250)

    def sizeHint(self) -> QSize:
        return QSize(280, 560)
