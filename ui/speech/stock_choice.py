"""A choice among things that may come and go: voices, sound outputs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QComboBox, QWidget

if TYPE_CHECKING:
    from collections.abc import Iterable

_MAX_VISIBLE = 16
_MIN_LETTERS = 18


class StockChoice(QComboBox):
    """Offers the system's default first; keeps what was chosen even while it is not here."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_stocked = False
        self.setMaxVisibleItems(_MAX_VISIBLE)
        self.setMinimumContentsLength(_MIN_LETTERS)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.addItem(self.tr("System default"), "")

    def chosen(self) -> str:
        """The key of what is chosen; empty for the default."""
        return self.currentData()

    def choose(self, key: str) -> None:
        """Choose by key, without telling of a change."""
        with QSignalBlocker(self):
            index = self.findData(key)
            if index < 0:
                index = self.count()
                self.addItem(
                    self.tr("{0} (not here)").format(key) if self._is_stocked else key, key
                )
            self.setCurrentIndex(index)

    def offer(self, items: Iterable[tuple[str, str]]) -> None:
        """Offer (text, key) pairs in place of those before; the choice stays."""
        chosen = self.chosen()
        self._is_stocked = True
        with QSignalBlocker(self):
            while self.count() > 1:
                self.removeItem(1)
            for text, key in items:
                self.addItem(text, key)
        self.choose(chosen)
