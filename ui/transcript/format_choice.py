"""Check boxes for the formats of exports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QWidget

from ui.transcript.format_names import format_names

if TYPE_CHECKING:
    from collections.abc import Iterable

    from app.transcripts.formats import TranscriptFormat

_COLUMNS = 2


class FormatChoice(QWidget):
    """Any of the formats.

    Signals:
        changed: Another choice was made.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._boxes = {
            format_: QCheckBox(f"{name} (.{format_.value})")
            for format_, name in format_names().items()
        }
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        for place, box in enumerate(self._boxes.values()):
            grid.addWidget(box, *divmod(place, _COLUMNS))
            box.toggled.connect(self.changed)

    @property
    def formats(self) -> tuple[TranscriptFormat, ...]:
        """What is chosen."""
        return tuple(format_ for format_, box in self._boxes.items() if box.isChecked())

    def set_formats(self, formats: Iterable[TranscriptFormat]) -> None:
        """Choose these."""
        chosen = set(formats)
        for format_, box in self._boxes.items():
            box.setChecked(format_ in chosen)
