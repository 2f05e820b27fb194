"""Preferences of the subtitles: style and pace, with a preview that follows every change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QLabel,
    QSlider,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from app.subtitles import settings as ranges
from app.subtitles.settings import Alignment, Pacing, ReadingMode, SubtitleSettings, SubtitleStyle
from ui.subtitles.preview import SubtitlePreview
from ui.widgets.colour_button import ColourButton
from ui.widgets.labels import hint
from ui.widgets.rows import form, row

if TYPE_CHECKING:
    from app.settings.store import SettingsStore

_PERCENT = 100


class SubtitlesPage(QWidget):
    """Holds the preview and one control for each field of `SubtitleSettings`, as attributes."""

    def __init__(self, settings: SettingsStore, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        kept = settings.get(SubtitleSettings)
        self.preview = SubtitlePreview(kept)
        self._make_style_controls()
        self._make_pace_controls()
        self._lay_out()
        self._show_style(kept.style)
        self._show_pacing(kept.pacing)
        self._explain_mode()
        self._connect()

    def value(self) -> SubtitleSettings:
        """What the controls say."""
        style = SubtitleStyle(
            font_family=self.family.currentData(),
            size_pt=self.size_pt.value(),
            is_bold=self.bold.isChecked(),
            colour=self.colour.colour,
            outline_colour=self.outline_colour.colour,
            outline_px=self.outline_px.value(),
            background_colour=self.background_colour.colour,
            background_opacity=self.opacity.value() / _PERCENT,
            alignment=Alignment(self.alignment.currentData()),
            num_lines=self.num_lines.value(),
        )
        pacing = Pacing(
            mode=ReadingMode(self.mode.currentData()),
            reading_speed=self.speed.value(),
            hold_s=self.hold_s.value(),
            max_lag_s=self.max_lag_s.value(),
        )
        return SubtitleSettings(style, pacing)

    def _make_style_controls(self) -> None:
        self.family = QComboBox()
        self.family.addItem(self.tr("The system's own"), "")
        for family in QFontDatabase.families():
            if not QFontDatabase.isPrivateFamily(family):
                self.family.addItem(family, family)
        self.size_pt = _spin(ranges.MIN_SIZE_PT, ranges.MAX_SIZE_PT, self.tr(" pt"))
        self.size_pt.setAccessibleName(self.tr("Size of the letters"))
        self.bold = QCheckBox(self.tr("&Bold"))
        self.colour = ColourButton(self.tr("Colour of the letters"))
        self.outline_colour = ColourButton(self.tr("Colour of the outline"))
        self.outline_px = _spin(0, ranges.MAX_OUTLINE_PX, self.tr(" px"))
        self.outline_px.setAccessibleName(self.tr("Width of the outline"))
        self.background_colour = ColourButton(self.tr("Colour of the box"))
        self.opacity = QSlider(Qt.Orientation.Horizontal)
        self.opacity.setRange(0, _PERCENT)
        self.opacity.setAccessibleName(self.tr("Opacity of the box"))
        self._opacity_label = QLabel()
        self._opacity_label.setMinimumWidth(44)
        self.alignment = QComboBox()
        self.alignment.addItem(self.tr("Left"), Alignment.LEFT)
        self.alignment.addItem(self.tr("Centred"), Alignment.CENTRE)
        self.alignment.addItem(self.tr("Right"), Alignment.RIGHT)
        self.num_lines = _spin(1, ranges.MAX_LINES, "")
        self.num_lines.setAccessibleName(self.tr("Number of lines"))

    def _make_pace_controls(self) -> None:
        self.mode = QComboBox()
        self.mode.addItem(self.tr("Steady: whole phrases, one after the other"), ReadingMode.STEADY)
        self.mode.addItem(self.tr("Instant: word by word"), ReadingMode.INSTANT)
        self._mode_hint = hint("")
        self.speed = _spin(
            ranges.MIN_READING_SPEED, ranges.MAX_READING_SPEED, self.tr(" letters a second")
        )
        self.hold_s = _seconds(ranges.MIN_HOLD_S, ranges.MAX_HOLD_S, self.tr(" s"))
        self.max_lag_s = _seconds(ranges.MIN_LAG_S, ranges.MAX_LAG_S, self.tr(" s"))

    def _lay_out(self) -> None:
        controls = form()
        controls.addRow(self.tr("&Font"), row(self.family, self.size_pt, stretch=0))
        controls.addRow(self.tr("&Letters"), row(self.colour, self.bold))
        controls.addRow(self.tr("&Outline"), row(self.outline_colour, self.outline_px))
        box = row(self.background_colour, self.opacity, self._opacity_label, stretch=1)
        controls.addRow(self.tr("Bo&x"), box)
        lines = QLabel(self.tr("Li&nes"))
        lines.setBuddy(self.num_lines)
        controls.addRow(self.tr("&Alignment"), row(self.alignment, lines, self.num_lines))
        controls.addRow(self.tr("&Reading"), self.mode)
        controls.addRow("", self._mode_hint)
        controls.addRow(self.tr("Reading &speed"), row(self.speed))
        hold = QLabel(self.tr("Stays in s&ilence"))
        hold.setBuddy(self.hold_s)
        controls.addRow(self.tr("Longest &delay"), row(self.max_lag_s, hold, self.hold_s))
        column = QVBoxLayout(self)
        column.setSpacing(12)
        column.addWidget(self.preview)
        column.addLayout(controls)
        column.addStretch()

    def _show_style(self, style: SubtitleStyle) -> None:
        self.family.setCurrentIndex(max(0, self.family.findData(style.font_family)))
        self.size_pt.setValue(style.size_pt)
        self.bold.setChecked(style.is_bold)
        self.colour.set_colour(style.colour)
        self.outline_colour.set_colour(style.outline_colour)
        self.outline_px.setValue(style.outline_px)
        self.background_colour.set_colour(style.background_colour)
        self.opacity.setValue(round(style.background_opacity * _PERCENT))
        self._show_opacity()
        self.alignment.setCurrentIndex(self.alignment.findData(style.alignment))
        self.num_lines.setValue(style.num_lines)

    def _show_pacing(self, pacing: Pacing) -> None:
        self.mode.setCurrentIndex(self.mode.findData(pacing.mode))
        self.speed.setValue(pacing.reading_speed)
        self.hold_s.setValue(pacing.hold_s)
        self.max_lag_s.setValue(pacing.max_lag_s)

    def _connect(self) -> None:
        for choice in (self.family, self.alignment, self.mode):
            choice.currentIndexChanged.connect(self._keep)
        for number in (self.size_pt, self.outline_px, self.num_lines, self.speed, self.opacity):
            number.valueChanged.connect(self._keep)
        for seconds in (self.hold_s, self.max_lag_s):
            seconds.valueChanged.connect(self._keep)
        for colour in (self.colour, self.outline_colour, self.background_colour):
            colour.colour_changed.connect(self._keep)
        self.bold.toggled.connect(self._keep)

    def _keep(self) -> None:
        self._show_opacity()
        self._explain_mode()
        value = self.value()
        self.preview.configure(value)
        self._settings.put(value)

    def _show_opacity(self) -> None:
        self._opacity_label.setText(self.tr("{0} %").format(self.opacity.value()))

    def _explain_mode(self) -> None:
        steady = self.mode.currentData() == ReadingMode.STEADY
        self._mode_hint.setText(
            self.tr("Text never changes while you read it; late text is left out.")
            if steady
            else self.tr("Each word appears the moment it is spoken.")
        )
        self.speed.setEnabled(steady)
        self.max_lag_s.setEnabled(steady)


def _spin(lowest: int, highest: int, suffix: str) -> QSpinBox:
    box = QSpinBox()
    box.setRange(lowest, highest)
    box.setSuffix(suffix)
    return box


def _seconds(lowest: float, highest: float, suffix: str) -> QDoubleSpinBox:
    box = QDoubleSpinBox()
    box.setRange(lowest, highest)
    box.setSingleStep(0.5)
    box.setDecimals(1)
    box.setSuffix(suffix)
    return box
