"""How much is said, from quiet to chatty."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSlider, QVBoxLayout, QWidget

from app.steering.settings import MAX_TALKATIVENESS
from ui.widgets.labels import heading

_STEPS = 2  # to a whole number


class TalkSlider(QWidget):
    """A slider with the model's own way in the middle.

    Signals:
        changed: It was moved.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        bound = round(MAX_TALKATIVENESS * _STEPS)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(-bound, bound)
        self.slider.setPageStep(_STEPS)
        self.slider.setTickPosition(QSlider.TickPosition.TicksBelow)
        self.slider.setTickInterval(bound)
        self.slider.setAccessibleName(self.tr("Talkativeness"))
        self._words = QLabel()
        self._words.setProperty("role", "muted")
        self._words.setMinimumWidth(1)
        top = QHBoxLayout()
        top.addWidget(heading(self.tr("&Talkativeness"), self.slider), 1)
        top.addWidget(self._words)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(top)
        layout.addWidget(self.slider)
        self.slider.valueChanged.connect(self._describe)
        self.slider.valueChanged.connect(self.changed)
        self._describe()

    @property
    def words(self) -> str:
        """What the position means."""
        return self._words.text()

    def value(self) -> float:
        """The chosen talkativeness."""
        return self.slider.value() / _STEPS

    def set_value(self, talkativeness: float) -> None:
        """Choose a talkativeness."""
        self.slider.setValue(round(talkativeness * _STEPS))

    def _describe(self) -> None:
        value = self.value()
        if not value:
            words = self.tr("as the model likes")
        elif value > 0:
            words = self.tr("chattier (+{0:g})").format(value)
        else:
            words = self.tr("quieter (-{0:g})").format(-value)
        self._words.setText(words)
        self.slider.setAccessibleDescription(words)
