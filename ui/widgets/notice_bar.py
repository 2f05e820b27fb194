"""A banner that says what went wrong, or what to know, without stopping anybody's work."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAccessible, QAccessibleEvent, QAction, QPalette
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QWidget

from ui.icons import icon

_ICON_PX = 20


class NoticeLevel(StrEnum):
    """How serious a notice is; each has an icon of the same name."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


def as_sentence(text: str) -> str:
    """`text` with a capital first letter and a full stop: messages of errors often lack them."""
    ended = text if text.endswith((".", "!", "?", "…")) else f"{text}."
    return ended[:1].upper() + ended[1:]


class NoticeBar(QFrame):
    """Hidden until there is something to say; stays until it is closed or replaced."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("notice")
        self._level = NoticeLevel.INFO
        self._icon = QLabel()
        self._icon.setFixedSize(_ICON_PX, _ICON_PX)
        self._text = QLabel()
        self._text.setWordWrap(True)
        self._text.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._button = QToolButton()
        self._button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self._button.hide()
        self._close = QToolButton()
        self._close.setProperty("role", "flat")
        self._close.setIcon(icon("close"))
        self._close.setToolTip(self.tr("Close this message"))
        self._close.setAccessibleName(self.tr("Close this message"))
        self._close.clicked.connect(self.hide)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(14, 8, 8, 8)
        layout.setSpacing(12)
        layout.addWidget(self._icon)
        layout.addWidget(self._text, 1)
        layout.addWidget(self._button)
        layout.addWidget(self._close)
        self.hide()

    @property
    def text(self) -> str:
        """What the banner says."""
        return self._text.text()

    @property
    def level(self) -> NoticeLevel:
        """How serious it is."""
        return self._level

    @property
    def action(self) -> QAction | None:
        """What the banner offers to do."""
        return self._button.defaultAction() if self._button.isVisibleTo(self) else None

    def show_notice(
        self, text: str, level: NoticeLevel = NoticeLevel.INFO, action: QAction | None = None
    ) -> None:
        """Say `text`, one or two plain sentences, in place of what was said before.

        Args:
            text: What to say.
            level: How serious it is.
            action: What can be done about it; gets a button.
        """
        self._level = level
        if action is not None:
            self._button.setDefaultAction(action)
            self._button.setText(action.text().replace("&", ""))
        self._button.setVisible(action is not None)
        self._text.setText(as_sentence(text))
        self._icon.setPixmap(
            icon(level.value, QPalette.ColorRole.WindowText).pixmap(QSize(_ICON_PX, _ICON_PX))
        )
        self.setAccessibleName(self.text)
        self.setProperty("level", level.value)
        self.style().unpolish(self)  # the style sheet looks at the level
        self.style().polish(self)
        self.show()
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))
