"""A push button that is the face of an action."""

from __future__ import annotations

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QPushButton, QWidget


class ActionButton(QPushButton):
    """Follows its action's text, tip and state, but keeps an icon of its own.

    A QToolButton with a default action takes the action's icon as well, whose colour suits a menu
    and not a coloured button.
    """

    def __init__(self, action: QAction, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._action = action
        action.changed.connect(self._follow)
        self.clicked.connect(action.trigger)
        self._follow()

    def _follow(self) -> None:
        self.setText(f" {self._action.iconText()}")  # the style leaves no room after the icon
        self.setAccessibleName(self._action.iconText())
        self.setEnabled(self._action.isEnabled())
        keys = self._action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        self.setToolTip(f"{self._action.toolTip()} ({keys})" if keys else self._action.toolTip())
