"""How to comment and on what: preset, facts and language."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from app.steering.languages import LANGUAGES
from app.steering.presets import PRESET_TEXTS, Preset
from app.steering.settings import MAX_TITLE_CHARS, SteeringSettings
from ui.widgets.labels import heading, hint

_LINES = 3
_CUSTOM_LINES = 4
_SHORTEST_NAME = 12


class InstructionForm(QWidget):
    """What the model reads before everything else.

    Signals:
        changed: A control says something else now.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.preset = QComboBox()
        for preset, name in self._preset_names().items():
            self.preset.addItem(name, preset)
        self._preset_text = hint("")
        self.custom = self._text_field(self.tr("Your own instruction"), _CUSTOM_LINES)
        self.custom.setPlaceholderText(self.tr("Comment like …"))
        self.title = QLineEdit()
        self.title.setMaxLength(MAX_TITLE_CHARS)
        self.title.setPlaceholderText(self.tr("Falcons against Sharks, the final"))
        self.names = self._text_field(self.tr("Names"), _LINES)
        self.names.setPlaceholderText(self.tr("Anna Berg, number 10 in red"))
        self.glossary = self._text_field(self.tr("Glossary"), _LINES)
        self.glossary.setPlaceholderText(self.tr("press: hurry the one with the ball"))
        self.language = QComboBox()
        self.language.addItem(self.tr("As the model likes"), "")
        for code, (_, own_name) in LANGUAGES.items():
            self.language.addItem(own_name, code)
        for box in (self.preset, self.language):  # long names do not widen the panel
            box.setSizeAdjustPolicy(box.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(_SHORTEST_NAME)
        self._lay_out()
        self._connect()
        self._show_preset()

    def amended(self, steering: SteeringSettings) -> SteeringSettings:
        """`steering` with what this form says.

        Raises:
            SteeringError: A text is too long.
        """
        return replace(
            steering,
            preset=Preset(self.preset.currentData()),
            custom=self.custom.toPlainText(),
            title=self.title.text(),
            names=self.names.toPlainText(),
            glossary=self.glossary.toPlainText(),
            language=self.language.currentData(),
        )

    def show_steering(self, steering: SteeringSettings) -> None:
        """Take over what `steering` says."""
        self.preset.setCurrentIndex(self.preset.findData(steering.preset))
        self.custom.setPlainText(steering.custom)
        self.title.setText(steering.title)
        self.names.setPlainText(steering.names)
        self.glossary.setPlainText(steering.glossary)
        self.language.setCurrentIndex(self.language.findData(steering.language))

    def _preset_names(self) -> dict[Preset, str]:
        return {
            Preset.NONE: self.tr("As the model likes"),
            Preset.PLAY_BY_PLAY: self.tr("Play-by-play"),
            Preset.DOCUMENTARY: self.tr("Calm documentary"),
            Preset.DESCRIBER: self.tr("Describer for people who cannot see"),
            Preset.COACH: self.tr("Coach"),
            Preset.CUSTOM: self.tr("In my own words"),
        }

    def _text_field(self, name: str, lines: int) -> QPlainTextEdit:
        field = QPlainTextEdit()
        field.setAccessibleName(name)
        field.setTabChangesFocus(True)
        field.setFixedHeight(field.fontMetrics().lineSpacing() * lines + 18)
        return field

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(heading(self.tr("Manne&r"), self.preset))
        for widget in (self.preset, self._preset_text, self.custom):
            layout.addWidget(widget)
        parts: list[tuple[str, QWidget]] = [
            (self.tr("Tit&le"), self.title),
            (self.tr("&Names"), self.names),
            (self.tr("&Glossary"), self.glossary),
            (self.tr("Lang&uage"), self.language),
        ]
        for name, widget in parts:
            layout.addWidget(heading(name, widget))
            layout.addWidget(widget)

    def _connect(self) -> None:
        self.preset.currentIndexChanged.connect(self._show_preset)
        for box in (self.preset, self.language):
            box.currentIndexChanged.connect(self.changed)
        self.title.textChanged.connect(self.changed)
        for field in (self.custom, self.names, self.glossary):
            field.textChanged.connect(self.changed)

    def _show_preset(self) -> None:
        preset = Preset(self.preset.currentData())
        self.custom.setVisible(preset is Preset.CUSTOM)
        text = PRESET_TEXTS.get(preset, "")
        self._preset_text.setText(text)
        self._preset_text.setVisible(bool(text))
