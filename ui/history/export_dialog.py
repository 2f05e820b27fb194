"""Exports of a session: which formats, where, and under what name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QStandardPaths, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFormLayout, QWidget

from app.transcripts.naming import NameTemplate
from app.transcripts.saving import ExportPlan
from ui.transcript.format_choice import FormatChoice
from ui.transcript.template_field import TemplateField
from ui.widgets.path_field import PathField, PathKind
from ui.widgets.tidying import tidy

if TYPE_CHECKING:
    from app.transcripts.records import Header
    from app.transcripts.settings import TranscriptSettings


class ExportDialog(QDialog):
    """Asks for what is needed to export one session.

    Signals:
        planned: The ExportPlan that was agreed on.
    """

    planned = Signal(ExportPlan)

    def __init__(
        self, header: Header, settings: TranscriptSettings, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Export session"))
        self.folder = PathField(PathKind.FOLDER, self.tr("Folder for exports"))
        self.name = TemplateField(header)
        self.formats = FormatChoice()
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self._export = self.buttons.addButton(
            self.tr("&Export"), QDialogButtonBox.ButtonRole.AcceptRole
        )
        self._export.setProperty("role", "primary")
        for button in self.buttons.buttons():
            button.setIcon(QIcon())  # the style's own suits no other icon here
        form = QFormLayout(self)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        form.addRow(self.tr("&Folder"), self.folder)
        form.addRow(self.tr("&Name"), self.name)
        form.addRow(self.tr("Formats"), self.formats)
        form.addRow(self.buttons)
        tidy(self)
        self._propose(settings)
        self.folder.changed.connect(self._follow)
        self.formats.changed.connect(self._follow)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self._follow()

    def accept(self) -> None:
        """Agree, and close."""
        folder = self.folder.path
        assert folder is not None  # without one the button is disabled
        plan = ExportPlan(folder, self.formats.formats, NameTemplate(self.name.template))
        super().accept()
        self.planned.emit(plan)

    def _propose(self, settings: TranscriptSettings) -> None:
        documents = QStandardPaths.StandardLocation.DocumentsLocation
        folder = settings.autosave_folder or QStandardPaths.writableLocation(documents)
        self.folder.set_text(folder)
        self.name.set_template(settings.name)
        self.formats.set_formats(settings.formats)
        self.setMinimumWidth(560)

    def _follow(self) -> None:
        folder = self.folder.path
        is_whole = folder is not None and folder.is_absolute()  # else it is still being typed
        self._export.setEnabled(is_whole and bool(self.formats.formats))
