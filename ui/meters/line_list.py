"""The last lines: when each was taken, seen and heard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from app.meters.lateness import SHOWN, SPOKEN, LineTimes, Thresholds
from ui.meters import colours
from ui.transcript.model import clock

if TYPE_CHECKING:
    from PySide6.QtGui import QColor

NUM_LINES = 5
_MOMENT, _SHOWN, _SPOKEN = range(3)


class LineList(QWidget):
    """One row for each line, the newest first: captured, then shown and spoken so much later."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(2)
        for column, name in enumerate(
            (self.tr("captured"), self.tr("→ shown"), self.tr("→ spoken"))
        ):
            label = QLabel(name)
            label.setProperty("role", "muted")
            grid.addWidget(label, 0, column, _side(column))
        self._rows = [[QLabel() for _ in range(3)] for _ in range(NUM_LINES)]
        for row, labels in enumerate(self._rows, start=1):
            for column, label in enumerate(labels):
                grid.addWidget(label, row, column, _side(column))
        grid.setColumnStretch(_MOMENT, 1)
        self.show_lines(())

    @property
    def rows(self) -> tuple[tuple[str, str, str], ...]:
        """What the rows say, from the top."""
        texts = [tuple(label.text() for label in labels) for labels in self._rows]
        return tuple((moment, shown, spoken) for moment, shown, spoken in texts if moment)

    def show_lines(self, lines: tuple[LineTimes, ...]) -> None:
        """Show the newest of `lines`."""
        newest = lines[::-1][:NUM_LINES]
        for row, labels in enumerate(self._rows):
            times = newest[row] if row < len(newest) else None
            labels[_MOMENT].setText("" if times is None else clock(times.start_s))
            shown = None if times is None else times.shown_after_s
            spoken = None if times is None else times.spoken_after_s
            self._fill(labels[_SHOWN], shown, SHOWN)
            self._fill(labels[_SPOKEN], spoken, SPOKEN)

    def _fill(self, label: QLabel, seconds: float | None, thresholds: Thresholds) -> None:
        if seconds is None:
            label.clear()
            return
        colour: QColor = colours.GRADES[thresholds.grade(seconds)]
        label.setText(self.tr("+{0:.1f} s").format(seconds))
        label.setStyleSheet(f"color: {colour.name()};")


def _side(column: int) -> Qt.AlignmentFlag:
    return Qt.AlignmentFlag.AlignLeft if column == _MOMENT else Qt.AlignmentFlag.AlignRight
