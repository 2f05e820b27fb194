"""Preferences of transcripts: key frames, names, and what is written when a session ends."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QCheckBox, QFormLayout, QSpinBox, QWidget

from app.transcripts.settings import NARROWEST_PX, WIDEST_PX, TranscriptSettings
from ui.transcript.format_choice import FormatChoice
from ui.transcript.template_field import TemplateField
from ui.widgets.labels import hint
from ui.widgets.path_field import PathField, PathKind

if TYPE_CHECKING:
    from app.settings.store import SettingsStore


class TranscriptsPage(QWidget):
    """What is kept of a session, and how exports are called."""

    def __init__(self, settings: SettingsStore, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self.has_key_frames = QCheckBox(self.tr("Keep a small &picture with every line"))
        self.key_frame_px = QSpinBox()
        self.key_frame_px.setRange(NARROWEST_PX, WIDEST_PX)
        self.key_frame_px.setSingleStep(16)
        self.key_frame_px.setSuffix(self.tr(" pixels"))
        self.name = TemplateField()
        self.has_autosave = QCheckBox(self.tr("&Export every session when it ends"))
        self.folder = PathField(PathKind.FOLDER, self.tr("Folder for exports"))
        self.formats = FormatChoice()
        self._show(settings.get(TranscriptSettings))
        self._lay_out()
        self.has_key_frames.toggled.connect(self._keep)
        self.key_frame_px.valueChanged.connect(self._keep)
        self.name.template_changed.connect(self._keep)
        self.has_autosave.toggled.connect(self._keep)
        self.folder.changed.connect(self._keep)
        self.formats.changed.connect(self._keep)

    def _lay_out(self) -> None:
        form = QFormLayout(self)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        form.addRow(hint(self.tr("Every session is kept and listed in the history.")))
        form.addRow(self.has_key_frames)
        form.addRow(self.tr("&Width of the pictures"), self.key_frame_px)
        form.addRow(self.tr("&Name of exports"), self.name)
        form.addRow(self.has_autosave)
        form.addRow(self.tr("&Folder"), self.folder)
        form.addRow(self.tr("Formats"), self.formats)

    def _show(self, kept: TranscriptSettings) -> None:
        self.has_key_frames.setChecked(kept.has_key_frames)
        self.key_frame_px.setValue(kept.key_frame_px)
        self.name.set_template(kept.name)
        self.has_autosave.setChecked(kept.has_autosave)
        self.folder.set_text(kept.autosave_folder)
        self.formats.set_formats(kept.formats)
        self._follow(kept)

    def _keep(self) -> None:
        folder = self.folder.path
        chosen = replace(
            self._settings.get(TranscriptSettings),
            has_key_frames=self.has_key_frames.isChecked(),
            key_frame_px=self.key_frame_px.value(),
            name=self.name.template,
            has_autosave=self.has_autosave.isChecked(),
            autosave_folder="" if folder is None else str(folder),
            formats=self.formats.formats,
        )
        self._settings.put(chosen)
        self._follow(chosen)

    def _follow(self, chosen: TranscriptSettings) -> None:
        self.key_frame_px.setEnabled(chosen.has_key_frames)
        for widget in (self.folder, self.formats):
            widget.setEnabled(chosen.has_autosave)
