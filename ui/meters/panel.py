"""All meters, one below the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QLocale, Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from app.meters.lateness import SHOWN, Grade
from app.meters.record import MeterRecord
from ui.meters import colours
from ui.meters.frame_counts import FrameCounts
from ui.meters.governor_box import GovernorBox
from ui.meters.line_list import LineList
from ui.meters.plots import LatenessPlot, StagePlot
from ui.meters.stacked_bar import Part, StackedBar
from ui.meters.stages import stages
from ui.widgets.labels import heading, hint

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QColor, QShowEvent

    from app.session.messages import MetersUpdated

_REFRESH_MS = 200  # a file that is played as fast as possible has many rounds a second
_CACHE_PARTS = 4


class MetersPanel(QScrollArea):
    """Shows a MeterRecord; draws only while somebody looks.

    Signals:
        shown: The panel came into sight.
    """

    shown = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._record = MeterRecord()
        self._stages = stages()
        self.frames = FrameCounts()
        self.lateness = hint("")
        self.lines = LineList()
        self.round = hint("")
        self.saved = hint("")
        self.stage_bar = StackedBar(self.tr("Stages of the last round"), len(self._stages))
        self.memory = hint("")
        self.cache = hint("")
        self.cache_bar = StackedBar(self.tr("KV cache"), _CACHE_PARTS)
        self.governor = GovernorBox()
        self.lateness_plot: LatenessPlot | None = None
        self.stage_plot: StagePlot | None = None
        self._refresh_later = QTimer(self, singleShot=True, interval=_REFRESH_MS)
        self._refresh_later.timeout.connect(self._refresh)
        self._lay_out()
        self._refresh()

    def show_record(self, record: MeterRecord) -> None:
        """Show another session's record."""
        self._record = record
        self.update_soon()

    def update_soon(self) -> None:
        """The record holds more now."""
        if not self._refresh_later.isActive():
            self._refresh_later.start()

    def add_plots(self, pyqtgraph: Any) -> None:
        """Draw plots, too, now that the library is there; one at a time, for each takes a while."""
        if self.lateness_plot is None:
            name = self.tr("Seconds from picture to words, line by line")
            self.lateness_plot = LatenessPlot(pyqtgraph, name, self.tr("s"))
            self._lateness_place.addWidget(self.lateness_plot)
            QTimer.singleShot(_REFRESH_MS, self, lambda: self._add_stage_plot(pyqtgraph))
            self.update_soon()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.shown.emit()
        self._refresh()

    def _add_stage_plot(self, pyqtgraph: Any) -> None:
        name = self.tr("Milliseconds of each stage, round by round")
        self.stage_plot = StagePlot(pyqtgraph, name, self.tr("ms"), self._stages)
        self._stage_place.addWidget(self.stage_plot)

    def _refresh(self) -> None:
        if not self.isVisible():
            return
        rounds = self._record.rounds
        newest = rounds[-1] if rounds else None
        self.frames.show_meters(newest)
        self._show_lateness()
        self._show_round(newest)
        self._show_cache(newest)
        if self.stage_plot is not None:
            self.stage_plot.show_rounds(rounds)

    def _show_lateness(self) -> None:
        summary, lines = self._record.summary(), self._record.lines
        self.lines.show_lines(lines)
        if summary is None:
            self.lateness.setText(self.tr("Nothing was said yet."))
        else:
            text = self.tr("Last {0:.1f} s, median {1:.1f} s, slowest of {2} lines {3:.1f} s")
            self.lateness.setText(
                text.format(summary.last_s, summary.median_s, summary.num_lines, summary.worst_s)
            )
        if self.lateness_plot is not None:
            self.lateness_plot.show_lines(lines)
            self.lateness_plot.setAccessibleDescription(self.lateness.text())

    def _show_round(self, meters: MetersUpdated | None) -> None:
        if meters is None:
            self.round.setText(self.tr("No round yet."))
            self.saved.hide()
            self.stage_bar.show_parts(())
            return
        amounts = [(stage, stage.milliseconds(meters.timing)) for stage in self._stages]
        self.stage_bar.show_parts(
            tuple(
                Part(stage.name, amount, self.tr("{0:.0f} ms").format(amount), stage.colour)
                for stage, amount in amounts
            ),
            meters.chunk_s * 1000,
        )
        text = self.tr("Last round {0:.0f} ms, {1:.0f} % of the time there is")
        self.round.setText(text.format(meters.timing.total_s * 1000, meters.load * 100))
        share = self._record.saved_share
        self.saved.setVisible(share > 0)
        text = self.tr("{0:.0f} % of looking saved, since the picture had not changed")
        self.saved.setText(text.format(share * 100))

    def _show_cache(self, meters: MetersUpdated | None) -> None:
        if meters is None:
            self.memory.setText(self.tr("The model is not at work."))
            self.cache.setText(self.tr("Empty."))
            self.cache_bar.show_parts(())
            return
        cache, locale = meters.cache, QLocale()
        amounts = (
            (self.tr("Attention sink"), cache.sink_tokens, colours.SINK),
            (self.tr("Previous text"), cache.previous_text_tokens, colours.PREVIOUS),
            (self.tr("Vision"), cache.vision_tokens, colours.VISION),
            (self.tr("Text"), cache.text_tokens, colours.TEXT),
        )
        self.cache_bar.show_parts(
            tuple(
                Part(name, count, locale.toString(count), colour) for name, count, colour in amounts
            ),
            cache.bound_tokens,
        )
        size = locale.formattedDataSize(cache.num_bytes)
        total = locale.toString(cache.total_tokens)
        if cache.bound_tokens is None:
            self.cache.setText(self.tr("{0} tokens, {1}, without a bound").format(total, size))
        else:
            bound = locale.toString(cache.bound_tokens)
            self.cache.setText(self.tr("{0} of at most {1} tokens, {2}").format(total, bound, size))
        process = locale.formattedDataSize(meters.memory_bytes)
        self.memory.setText(self.tr("{0} in the process of model and capture").format(process))

    def _lay_out(self) -> None:
        inner = QWidget()
        inner.setObjectName("clear")
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 8, 6, 0)
        column.setSpacing(8)
        self.setWidgetResizable(True)
        self.setWidget(inner)  # empty: moved when full, all in it is dressed anew
        self._lateness_place, self._stage_place = QVBoxLayout(), QVBoxLayout()
        for title, parts in self._sections():
            column.addWidget(heading(title))
            for part in parts:
                column.addWidget(part) if isinstance(part, QWidget) else column.addLayout(part)
            column.addSpacing(8)
        column.addWidget(self.governor)
        column.addStretch()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(self.tr("Meters"))

    def _sections(self) -> list[tuple[str, Sequence[QWidget | QVBoxLayout]]]:
        lateness = [self.lateness, self._legend(), self._lateness_place, self.lines]
        rounds = [self.round, self.saved, self.stage_bar, self._stage_place]
        return [
            (self.tr("Frames"), [self.frames]),
            (self.tr("From picture to words"), lateness),
            (self.tr("Time of a round"), rounds),
            (self.tr("KV cache"), [self.cache, self.cache_bar]),
            (self.tr("Memory"), [self.memory]),
        ]

    def _legend(self) -> QLabel:
        """Names the thresholds, each in its colour."""
        texts = {
            Grade.GOOD: self.tr("good to {0:g} s").format(SHOWN.good_s),
            Grade.FAIR: self.tr("fair to {0:g} s").format(SHOWN.fair_s),
            Grade.LATE: self.tr("late"),
        }
        entries = [_legend_entry(colours.GRADES[grade], "■", texts[grade]) for grade in texts]
        entries.append(_legend_entry(colours.SPOKEN, "●", self.tr("spoken")))
        label = hint(" &nbsp;".join(entries))
        label.setTextFormat(Qt.TextFormat.RichText)
        return label


def _legend_entry(colour: QColor, sign: str, text: str) -> str:
    """`sign` in its colour and what it means, which a narrow panel never parts."""
    unparted = text.replace(" ", "&nbsp;")
    return f'<span style="color:{colour.name()}">{sign}</span>&nbsp;{unparted}'
