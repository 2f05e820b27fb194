"""A line for the template of a file name, checked and previewed while it is typed."""

from __future__ import annotations

import time

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from app.errors import TranscriptError
from app.transcripts.naming import DEFAULT_TEMPLATE, FIELDS, NameTemplate
from app.transcripts.records import Header
from ui.widgets.labels import hint


class TemplateField(QWidget):
    """Holds a valid template; what is typed and not valid is explained and not taken.

    Args:
        example: The session whose name is previewed; None makes one up.

    Signals:
        template_changed: There is another valid template.
    """

    template_changed = Signal()

    def __init__(self, example: Header | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._example = example or Header("match.mp4", "bundled", time.time())
        self._template = NameTemplate()
        self._line = QLineEdit()
        self._line.setAccessibleName(self.tr("Template of file names"))
        self._line.setToolTip(
            self.tr("Fields: {0}").format(", ".join(f"{{{name}}}" for name in FIELDS))
        )
        self._preview = hint("")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._line)
        layout.addWidget(self._preview)
        self.setFocusProxy(self._line)
        self._line.textChanged.connect(self._take)
        self._line.setText(DEFAULT_TEMPLATE)

    @property
    def template(self) -> str:
        """The newest valid one."""
        return self._template.text

    @property
    def preview(self) -> str:
        """What is said under the line: the name, or what is wrong."""
        return self._preview.text()

    def set_template(self, text: str) -> None:
        """Show a template."""
        self._line.setText(text)

    def _take(self, text: str) -> None:
        try:
            template = NameTemplate(text)
        except TranscriptError as error:
            self._preview.setText(str(error))
            return
        self._preview.setText(self.tr("Example: {0}").format(template.fill(self._example)))
        if template != self._template:
            self._template = template
            self.template_changed.emit()
