"""Numbers of things in words, for the history."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication


def lines_in_words(number: int) -> str:
    """`1 line`, `128 lines`."""
    return _tr("1 line") if number == 1 else _tr("{0} lines").format(number)


def sessions_in_words(number: int) -> str:
    """`1 session`, `12 sessions`."""
    return _tr("1 session") if number == 1 else _tr("{0} sessions").format(number)


def _tr(text: str) -> str:
    return QCoreApplication.translate("History", text)
