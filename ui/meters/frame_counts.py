"""How many frames were captured, looked at and left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

if TYPE_CHECKING:
    from app.session.messages import MetersUpdated


class FrameCounts(QWidget):
    """Three numbers, each over its name."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        names = (self.tr("captured"), self.tr("looked at"), self.tr("left out"))
        self._numbers = [QLabel() for _ in names]
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        for number, name in zip(self._numbers, names, strict=True):
            row.addLayout(_tile(number, name))
        self.show_meters(None)

    @property
    def numbers(self) -> tuple[str, ...]:
        """What is shown."""
        return tuple(number.text() for number in self._numbers)

    def show_meters(self, meters: MetersUpdated | None) -> None:
        """Show the counts since the start; None before the first round."""
        counts = (
            (None, None, None)
            if meters is None
            else (meters.frames_captured, meters.frames_used, meters.frames_dropped)
        )
        for number, count in zip(self._numbers, counts, strict=True):
            number.setText("—" if count is None else QLocale().toString(count))


def _tile(number: QLabel, name: str) -> QVBoxLayout:
    font = number.font()
    font.setPointSizeF(font.pointSizeF() * 1.5)
    number.setFont(font)
    label = QLabel(name)
    label.setProperty("role", "muted")
    column = QVBoxLayout()
    column.setSpacing(0)
    for widget in (number, label):
        widget.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(widget)
    return column
