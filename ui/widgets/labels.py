"""Labels in the few roles that the style sheet knows."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QWidget


def heading(text: str, buddy: QWidget | None = None) -> QLabel:
    """The title of a group of controls; its mnemonic moves to `buddy`."""
    return _label(text, "heading", buddy)


def hint(text: str) -> QLabel:
    """A quiet explanation that wraps."""
    label = _label(text, "muted", None)
    label.setWordWrap(True)
    return label


def _label(text: str, role: str, buddy: QWidget | None) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", role)
    if buddy is not None:
        label.setBuddy(buddy)
    return label
