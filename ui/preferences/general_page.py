"""General preferences: colours and language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QWidget

from app.settings.appearance import AppearanceSettings, ThemeChoice
from ui.translation import available_languages
from ui.widgets.labels import hint

if TYPE_CHECKING:
    from app.settings.store import SettingsStore


class GeneralPage(QWidget):
    """What concerns the whole program, the three controls as attributes."""

    def __init__(self, settings: SettingsStore, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self.theme = QComboBox()
        self.theme.addItem(self.tr("As the system"), ThemeChoice.SYSTEM)
        self.theme.addItem(self.tr("Light"), ThemeChoice.LIGHT)
        self.theme.addItem(self.tr("Dark"), ThemeChoice.DARK)
        self.language = QComboBox()
        self.language.addItem(self.tr("As the system"), "")
        for code in ("en", *available_languages()):
            self.language.addItem(QLocale(code).nativeLanguageName(), code)
        form = QFormLayout(self)
        form.addRow(self.tr("&Colours"), self.theme)
        form.addRow(self.tr("&Language"), self.language)
        form.addRow("", hint(self.tr("Another language is spoken from the next start on.")))
        self.tray = QCheckBox(self.tr("Show the state in the system's &tray"))
        form.addRow("", self.tray)
        kept = settings.get(AppearanceSettings)
        self.tray.setChecked(kept.has_tray_icon)
        self.theme.setCurrentIndex(self.theme.findData(kept.theme))
        self.language.setCurrentIndex(max(self.language.findData(kept.language), 0))
        self.theme.currentIndexChanged.connect(self._keep)
        self.language.currentIndexChanged.connect(self._keep)
        self.tray.toggled.connect(self._keep)

    def _keep(self) -> None:
        self._settings.put(
            AppearanceSettings(
                theme=ThemeChoice(self.theme.currentData()),
                language=self.language.currentData(),
                has_tray_icon=self.tray.isChecked(),
            )
        )
