"""Preferences of speech: who speaks, how, where, and what may not wait."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QDoubleSpinBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSlider,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.speech.settings import FRESH_RANGE_S, RATE_RANGE_WPM, SpeechSettings
from ui.icons import icon
from ui.speech.stock_choice import StockChoice
from ui.widgets.labels import heading, hint
from ui.widgets.rows import form, row

if TYPE_CHECKING:
    from PySide6.QtGui import QShowEvent

    from app.settings.store import SettingsStore
    from app.speech.events import SpeechStock
    from ui.speech.output import SpeechOutput

_PERCENT = 100
_VOLUME_STEP = 5
_RATE_STEP_WPM = 10


class SpeechPage(QWidget):
    """Holds one control for each field of `SpeechSettings`, as attributes, and a test."""

    def __init__(
        self, settings: SettingsStore, speech: SpeechOutput, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._settings = settings
        self._speech = speech
        self._make_voice_controls()
        self._make_output_controls()
        self._make_timing_controls()
        self._lay_out()
        self._show_kept(settings.watch(SpeechSettings, self._show_kept))
        self._connect()

    def showEvent(self, event: QShowEvent) -> None:
        """Look for voices and outputs whenever a person looks at the page."""
        super().showEvent(event)
        self._speech.take_stock()

    def value(self) -> SpeechSettings:
        """What the controls say."""
        words = (word.strip() for word in self.urgent_words.text().split(","))
        return SpeechSettings(
            enabled=self.enabled.isChecked(),
            voice=self.voice.chosen(),
            rate_wpm=self.rate_wpm.value(),
            volume=self.volume.value() / _PERCENT,
            device=self.device.chosen(),
            fresh_s=self.fresh_s.value(),
            urgent_words=tuple(word for word in words if word),
            urgent_exclamations=self.urgent_exclamations.isChecked(),
            urgent_answers=self.urgent_answers.isChecked(),
        )

    def try_out(self) -> None:
        """Let the person hear how it sounds now."""
        self.trouble.hide()
        self._speech.try_out(self.tr("Here is how the commentary sounds."))

    def _make_voice_controls(self) -> None:
        self.enabled = QCheckBox(self.tr("Speak the commentary &aloud"))
        self.voice = StockChoice()
        self.rate_wpm = QSpinBox()
        self.rate_wpm.setRange(*RATE_RANGE_WPM)
        self.rate_wpm.setSingleStep(_RATE_STEP_WPM)
        self.rate_wpm.setSuffix(self.tr(" words a minute"))
        self.test = QPushButton(icon("play"), self.tr(" &Test"))
        self.test.setToolTip(self.tr("Speak a sentence with these settings"))
        self.trouble = hint(self.tr("Looking for voices and outputs…"))

    def _make_output_controls(self) -> None:
        self.device = StockChoice()
        self.refresh = QToolButton()
        self.refresh.setIcon(icon("refresh"))
        self.refresh.setToolTip(self.tr("Look for voices and outputs again"))
        self.refresh.setAccessibleName(self.refresh.toolTip())
        self.volume = QSlider(Qt.Orientation.Horizontal)
        self.volume.setRange(0, _PERCENT)
        self.volume.setSingleStep(_VOLUME_STEP)
        self.volume.setPageStep(2 * _VOLUME_STEP)
        self._volume_label = QLabel()
        self._volume_label.setMinimumWidth(self.fontMetrics().horizontalAdvance("100 %"))

    def _make_timing_controls(self) -> None:
        self.fresh_s = QDoubleSpinBox()
        self.fresh_s.setRange(*FRESH_RANGE_S)
        self.fresh_s.setDecimals(1)
        self.fresh_s.setSingleStep(0.5)
        self.fresh_s.setSuffix(self.tr(" s"))
        self.urgent_words = QLineEdit()
        self.urgent_words.setPlaceholderText(self.tr("None; put commas between words"))
        self.urgent_exclamations = QCheckBox(self.tr("Lines that end with an e&xclamation mark"))
        self.urgent_answers = QCheckBox(self.tr("Answers to your &questions"))

    def _lay_out(self) -> None:
        about = self.tr(
            "A line that would come too late is left out, and marked in the transcript. "
            "Urgent lines cut off what is being spoken: those with one of these words, "
            "and those that you tick."
        )
        column = QVBoxLayout(self)
        column.setSpacing(10)
        column.addWidget(self.enabled)
        column.addLayout(self._voice_rows())
        column.addWidget(self.trouble)
        column.addSpacing(8)
        column.addWidget(heading(self.tr("Fresh and urgent lines")))
        column.addWidget(hint(about))
        column.addLayout(self._timing_rows())
        column.addStretch()

    def _voice_rows(self) -> QFormLayout:
        voice = form()
        voice.addRow(self.tr("&Voice"), self.voice)
        voice.addRow(self.tr("&Speed"), row(self.rate_wpm))
        voice.addRow(self.tr("&Output"), row(self.device, self.refresh, stretch=0))
        volume = row(self.volume, self._volume_label, self.test, stretch=0)
        voice.addRow(self.tr("Vo&lume"), volume)
        return voice

    def _timing_rows(self) -> QFormLayout:
        timing = form()
        timing.addRow(self.tr("Skip lines &older than"), row(self.fresh_s))
        timing.addRow(self.tr("Urgent &words"), self.urgent_words)
        timing.addRow("", self.urgent_exclamations)
        timing.addRow("", self.urgent_answers)
        return timing

    def _connect(self) -> None:
        for box in (self.enabled, self.urgent_exclamations, self.urgent_answers):
            box.toggled.connect(self._keep)
        for choice in (self.voice, self.device):
            choice.currentIndexChanged.connect(self._keep)
        for number in (self.rate_wpm, self.volume, self.fresh_s):
            number.valueChanged.connect(self._keep)
        self.urgent_words.editingFinished.connect(self._keep)
        self.test.clicked.connect(self.try_out)
        self.refresh.clicked.connect(self._speech.take_stock)
        self._speech.stock_taken.connect(self._offer)
        self._speech.troubled.connect(self._warn)

    def _keep(self) -> None:
        self._settings.put(self.value())

    def _show_kept(self, kept: SpeechSettings) -> None:
        """Show settings, which may have been changed elsewhere: by the mute key, for example."""
        controls = (
            self.enabled,
            self.rate_wpm,
            self.volume,
            self.fresh_s,
            self.urgent_exclamations,
            self.urgent_answers,
        )
        blockers = [QSignalBlocker(control) for control in controls]
        self.enabled.setChecked(kept.enabled)
        self.voice.choose(kept.voice)
        self.device.choose(kept.device)
        self.rate_wpm.setValue(kept.rate_wpm)
        self.volume.setValue(round(kept.volume * _PERCENT))
        self._volume_label.setText(self.tr("{0} %").format(self.volume.value()))
        self.fresh_s.setValue(kept.fresh_s)
        if not self.urgent_words.hasFocus():
            self.urgent_words.setText(", ".join(kept.urgent_words))
        self.urgent_exclamations.setChecked(kept.urgent_exclamations)
        self.urgent_answers.setChecked(kept.urgent_answers)
        del blockers

    def _offer(self, stock: SpeechStock) -> None:
        """Let the person choose from what is here."""
        self.voice.offer(sorted((voice.name, voice.id) for voice in stock.voices))
        self.device.offer((name, name) for name in stock.devices)
        self.test.setEnabled(not stock.trouble)
        self._warn(stock.trouble)

    def _warn(self, sentence: str) -> None:
        self.trouble.setText(sentence)
        self.trouble.setVisible(bool(sentence))
