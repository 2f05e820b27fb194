"""The right side of the window: tabs for what was said, steering, meters."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QFrame, QTabWidget, QVBoxLayout, QWidget

_LEAST_WIDTH_PX = 240


class SideTabs(QFrame):
    """A panel of tabs; features add theirs."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self._tabs = QTabWidget()
        self._tabs.setDocumentMode(True)
        self._tabs.setAccessibleName(self.tr("Side panel"))
        self._tabs.tabBar().setAccessibleName(self.tr("Side panel"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 6, 10, 10)
        layout.addWidget(self._tabs)
        self.setMinimumWidth(_LEAST_WIDTH_PX)

    @property
    def titles(self) -> tuple[str, ...]:
        """What the tabs are called, from the left."""
        return tuple(self._tabs.tabText(index) for index in range(self._tabs.count()))

    def add(self, page: QWidget, title: str) -> None:
        """Add a tab."""
        self._tabs.addTab(page, title)

    def show_tab(self, page: QWidget) -> None:
        """Turn to a tab that was added."""
        self._tabs.setCurrentWidget(page)

    def sizeHint(self) -> QSize:
        return QSize(320, 560)
