"""What a page says under its controls."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QWidget


class Remark(QLabel):
    """A quiet text of its own, in whose place a failure stands for as long as it lasts."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "muted")
        self.setWordWrap(True)
        self._own = self._failure = ""
        self._follow()

    def show_own(self, text: str) -> None:
        """Say this where nothing fails; nothing at all where it is empty."""
        self._own = text
        self._follow()

    def show_failure(self, text: str) -> None:
        """Say why there is nothing to see; empty where there is."""
        self._failure = text
        self._follow()

    def _follow(self) -> None:
        text = self._failure or self._own
        self.setText(text)
        self.setVisible(bool(text))
