"""The first page that a person ever sees: choose what to watch, press Start."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QButtonGroup,
    QGridLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ui.icons import icon

if TYPE_CHECKING:
    from PySide6.QtGui import QAction

_COLUMNS = 2
_CARD_PX = QSize(140, 44)


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to watch.

    Attributes:
        title: What the card says.
        icon_name: A file in `assets/icons`.
        about: What to know before starting it.
    """

    title: str
    icon_name: str
    about: str


class WelcomePage(QWidget):
    """Cards of things to watch, of which one is chosen, above the button that starts.

    Signals:
        chosen: The number of the choice, at each click on a card.
    """

    chosen = Signal(int)

    def __init__(
        self, choices: tuple[Choice, ...], start: QAction, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._choices = choices
        self._cards = QButtonGroup(self)
        self._about = _on_stage("", is_dim=True)
        self._start = QPushButton(icon("play", QPalette.ColorRole.HighlightedText), "")
        self._start.setText(self.tr(" St&art commentary"))
        self._start.setProperty("role", "primary")
        self._start.clicked.connect(start.trigger)
        self._lay_out()
        self._cards.idClicked.connect(self._choose)
        self._cards.button(0).setChecked(True)
        self._about.setText(choices[0].about)

    def _lay_out(self) -> None:
        title = _on_stage(self.tr("What shall Kibitz watch?"))
        font = title.font()
        font.setPointSizeF(font.pointSizeF() * 1.5)
        title.setFont(font)
        grid = QGridLayout()
        grid.setSpacing(10)
        for number, choice in enumerate(self._choices):
            grid.addWidget(self._card(number, choice), *divmod(number, _COLUMNS))
        column = QVBoxLayout(self)
        column.setContentsMargins(4, 4, 4, 4)
        column.setSpacing(12)
        column.addStretch()
        column.addWidget(title)
        column.addLayout(_in_the_middle(grid))
        column.addWidget(self._about)
        column.addWidget(self._start, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(_on_stage(self.tr("Nothing you watch leaves this machine."), is_dim=True))
        column.addStretch()

    def _card(self, number: int, choice: Choice) -> QPushButton:
        card = QPushButton(
            icon(choice.icon_name, QPalette.ColorRole.HighlightedText), f" {choice.title}"
        )
        card.setAccessibleName(choice.title)
        card.setAccessibleDescription(choice.about)
        card.setProperty("role", "card")
        card.setCheckable(True)
        card.setIconSize(QSize(24, 24))
        card.setMinimumSize(_CARD_PX)
        self._cards.addButton(card, number)
        return card

    def _choose(self, number: int) -> None:
        self._about.setText(self._choices[number].about)
        self.chosen.emit(number)


def _on_stage(text: str, *, is_dim: bool = False) -> QLabel:
    label = QLabel(text)
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    label.setWordWrap(True)
    label.setProperty("role", "on-stage-dim" if is_dim else "on-stage")
    return label


def _in_the_middle(grid: QGridLayout) -> QGridLayout:
    around = QGridLayout()
    around.setColumnStretch(0, 1)
    around.addLayout(grid, 0, 1)
    around.setColumnStretch(2, 1)
    return around
