"""Sizes of windows that fit onto a small or strongly magnified screen."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QGuiApplication

_FRAME = QSize(16, 48)  # what the desktop draws around a window, at most


def fitting(size: QSize) -> QSize:
    """`size`, or as much of it as the screen has room for."""
    return size.boundedTo(QGuiApplication.primaryScreen().availableSize() - _FRAME)
