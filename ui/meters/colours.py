"""Colours of the meters, which can be told apart on light and on dark."""

from __future__ import annotations

from PySide6.QtGui import QColor

from app.meters.lateness import Grade

GRADES = {
    Grade.GOOD: QColor("#2f9e5f"),
    Grade.FAIR: QColor("#d98a00"),
    Grade.LATE: QColor("#d64550"),
}
SINK = QColor("#4a74ea")
PREVIOUS = QColor("#8b6fd6")
VISION = QColor("#1f9e92")
TEXT = QColor("#d98a00")
SPOKEN = QColor("#8b6fd6")
PATCHES = QColor("#6f9bd8")
PREFILL = QColor("#4a74ea")
DECODE = QColor("#d98a00")
EVICT = QColor("#8a94a3")
