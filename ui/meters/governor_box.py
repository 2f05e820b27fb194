"""The switches of governor and static saver, and what the governor gave up last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from ui.effort_words import line_of, state_of
from ui.widgets.labels import heading, hint

if TYPE_CHECKING:
    from app.session.messages import EffortChanged


class GovernorBox(QWidget):
    """Boxes to tick, the governor's step that holds, and its last step with its reason.

    Signals:
        switched: True where the person turned the governor on.
        saver_switched: True where the person turned the static saver on.
    """

    switched = Signal(bool)
    saver_switched = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.switch = QCheckBox(self.tr("&Save effort when too slow"))
        self._state = hint("")
        self.saver = QCheckBox(self.tr("Reuse &unchanged pictures"))
        self.saver.setToolTip(self.tr("Takes effect with the next start."))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(heading(self.tr("Keeping up")))
        layout.addWidget(self.switch)
        layout.addWidget(self._state)
        layout.addWidget(self.saver)
        self.switch.clicked.connect(self.switched)
        self.saver.clicked.connect(self.saver_switched)
        self.clear()

    @property
    def state_text(self) -> str:
        """What is said about the steps."""
        return self._state.text()

    def clear(self) -> None:
        """A new session begins with nothing saved."""
        self._state.setText(
            self.tr(
                "Saved on, in this order: frames per second, picture size, vision window, words."
            )
        )

    def show_change(self, change: EffortChanged) -> None:
        """Say which step was taken, and how far down it is now."""
        self._state.setText(f"{line_of(change)}\n{state_of(change)}")
