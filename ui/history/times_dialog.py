"""Mending the times of a session: all by the same number of seconds, or between two lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFormLayout,
    QRadioButton,
    QWidget,
)

from app.errors import TranscriptError
from app.transcripts.clock import format_clock
from app.transcripts.retiming import Retiming
from ui.fitting import fitting
from ui.widgets.labels import hint
from ui.widgets.tidying import tidy

if TYPE_CHECKING:
    from app.transcripts.line import TranscriptLine

_MOST_S = 100 * 3600.0
_LONGEST_WORDS = 40


class TimesDialog(QDialog):
    """Proposes a Retiming and shows what becomes of the two lines.

    Args:
        first: A line, as the journal has it.
        last: A later one.
        before: How their times are mended already.

    Signals:
        chosen: The Retiming that was agreed on.
    """

    chosen = Signal(Retiming)

    def __init__(
        self,
        first: TranscriptLine,
        last: TranscriptLine,
        before: Retiming,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Repair times"))
        self._first, self._last, self._before = first, last, before
        self.shifts = QRadioButton(self.tr("&Shift all lines"))
        self.stretches = QRadioButton(self.tr("S&tretch between two lines"))
        self.shift_s = self._seconds_box(-_MOST_S, 0.0)
        self.first_s = self._seconds_box(0.0, before(first.start_s))
        self.last_s = self._seconds_box(0.0, before(last.start_s))
        self.preview = hint("")
        self._restore = QDialogButtonBox.StandardButton.RestoreDefaults
        self.buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok
            | QDialogButtonBox.StandardButton.Cancel
            | self._restore
        )
        self._lay_out()
        self._connect()
        self.shifts.setChecked(True)

    @property
    def retiming(self) -> Retiming:
        """What the controls say.

        Raises:
            TranscriptError: They say nothing that can be.
        """
        if self.shifts.isChecked():
            return self._before.shifted(self.shift_s.value())
        return Retiming.through(
            (self._first.start_s, self.first_s.value()), (self._last.start_s, self.last_s.value())
        )

    def accept(self) -> None:
        """Agree, and close."""
        retiming = self.retiming
        super().accept()
        self.chosen.emit(retiming)

    def _seconds_box(self, least: float, value: float) -> QDoubleSpinBox:
        box = QDoubleSpinBox()
        box.setRange(least, _MOST_S)
        box.setDecimals(3)
        box.setSingleStep(0.1)
        box.setSuffix(self.tr(" s"))
        box.setValue(value)
        return box

    def _lay_out(self) -> None:
        for button in self.buttons.buttons():
            button.setIcon(QIcon())  # the style's own suits no other icon here
        form = QFormLayout(self)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        form.addRow(self.shifts)
        form.addRow(self.tr("&Later by"), self.shift_s)
        form.addRow(self.stretches)
        form.addRow(self.tr("“{0}” is at").format(_words(self._first)), self.first_s)
        form.addRow(self.tr("“{0}” is at").format(_words(self._last)), self.last_s)
        form.addRow(self.preview)
        form.addRow(self.buttons)
        restore = self.buttons.button(self._restore)
        restore.setText(self.tr("&Times as they were kept"))
        restore.clicked.connect(self._give_back)
        self.stretches.setEnabled(self._first.start_s != self._last.start_s)
        self.setMinimumWidth(480)
        tidy(self)
        self.ensurePolished()
        self.resize(fitting(self.sizeHint()))  # Qt's own choice wraps rows, and cuts off the last

    def _connect(self) -> None:
        for box in (self.shift_s, self.first_s, self.last_s):
            box.valueChanged.connect(self._follow)
        self.shifts.toggled.connect(self._follow)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)

    def _follow(self) -> None:
        is_shift = self.shifts.isChecked()
        self.shift_s.setEnabled(is_shift)
        self.first_s.setEnabled(not is_shift)
        self.last_s.setEnabled(not is_shift)
        ok = self.buttons.button(QDialogButtonBox.StandardButton.Ok)
        try:
            retiming = self.retiming
        except TranscriptError as error:
            self.preview.setText(str(error))
            ok.setEnabled(False)
            return
        ok.setEnabled(True)
        changes = (
            f"{format_clock(self._before(kept_s))} → {format_clock(retiming(kept_s))}"
            for kept_s in (self._first.start_s, self._last.start_s)
        )
        self.preview.setText("\n".join(changes))

    def _give_back(self) -> None:
        super().accept()
        self.chosen.emit(Retiming())


def _words(line: TranscriptLine) -> str:
    text = line.text
    return text if len(text) <= _LONGEST_WORDS else f"{text[: _LONGEST_WORDS - 1]}…"
