"""A line for a path with a button that opens the system's file dialog."""

from __future__ import annotations

from enum import Enum, auto
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QToolButton, QWidget

from app.paths import half_typed_path
from ui.icons import icon


class PathKind(Enum):
    """What is looked for."""

    FILE = auto()
    FOLDER = auto()


class PathField(QWidget):
    """Holds the path of an existing file or folder, typed or chosen.

    Signals:
        changed: Another path stands there.
    """

    changed = Signal()

    def __init__(
        self, kind: PathKind, name: str, file_filter: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._kind = kind
        self._name = name
        self._filter = file_filter
        self._line = QLineEdit()
        self._line.setAccessibleName(name)
        self._line.setPlaceholderText(name)
        self._line.textChanged.connect(self.changed)
        self._browse = QToolButton()
        self._browse.setIcon(icon("folder"))
        self._browse.setToolTip(self.tr("Browse…"))
        self._browse.setAccessibleName(self.tr("Browse for: {0}").format(name))
        self._browse.clicked.connect(self.open_dialog)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self._line, 1)
        layout.addWidget(self._browse)
        self.setFocusProxy(self._line)

    @property
    def path(self) -> Path | None:
        """The path as typed, the user's home filled in for `~`; None where there is none."""
        text = self._line.text().strip()
        return half_typed_path(text) if text else None

    def set_path(self, path: Path) -> None:
        """Show `path`."""
        self._line.setText(str(path))

    def set_text(self, text: str) -> None:
        """Show a path as a person writes it; empty is none."""
        self._line.setText(text)

    def open_dialog(self) -> QFileDialog:
        """Let the person choose; the dialog is accepted once the choice stands in the field."""
        dialog = QFileDialog(self, self._name, str(self.path or Path.home()), self._filter)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(
            QFileDialog.FileMode.ExistingFile
            if self._kind is PathKind.FILE
            else QFileDialog.FileMode.Directory
        )
        dialog.fileSelected.connect(self._line.setText)
        dialog.open()
        return dialog
