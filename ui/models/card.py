"""One model in the list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, SignalInstance
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.models.catalogue import CATALOGUE, is_hub_id
from app.models.places import Home
from app.models.wording import size_text
from ui.icons import icon
from ui.models.words import LEVELS, VERDICT_LEVELS, ModelWords
from ui.widgets.labels import heading, hint

if TYPE_CHECKING:
    from app.models.measuring import MeasureProgress
    from app.models.overview import ModelOverview
    from app.models.progress import DownloadProgress

_SCALE = 1000  # steps of a bar
_BAR_PX = 8
_CATALOGUE_NAMES = frozenset(entry.name for entry in CATALOGUE)


class ModelCard(QFrame):
    """Shows one model and asks for what can be done with it.

    Signals:
        use_asked, download_asked, cancel_asked, measure_asked, remove_asked, forget_asked: The
            name of the model.
    """

    use_asked = Signal(str)
    download_asked = Signal(str)
    cancel_asked = Signal(str)
    measure_asked = Signal(str)
    remove_asked = Signal(str)
    forget_asked = Signal(str)

    def __init__(self, shown: ModelOverview, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self._words = ModelWords(self)
        self._shown = shown
        self._is_chosen = self._is_busy = False
        title = shown.entry.title
        self.setAccessibleName(title)
        self._title = heading(title)
        self._status = QLabel()
        self._status.setProperty("role", "muted")
        self._facts = hint("")
        self._memory_bar = _bar(self.tr("Memory needed by {0}").format(title))
        self._memory = hint("")
        self._verdict = QLabel()
        self._verdict.setWordWrap(True)
        self._problem = QLabel()
        self._problem.setWordWrap(True)
        self._problem.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._progress_bar = _bar(self.tr("Progress of {0}").format(title))
        self._progress = hint("")
        self._make_buttons()
        self._lay_out()
        self.show_model(shown, is_chosen=False, is_busy=False)

    @property
    def shown(self) -> ModelOverview:
        """The model."""
        return self._shown

    def show_model(self, shown: ModelOverview, *, is_chosen: bool, is_busy: bool) -> None:
        """Show the newest that is known of the model.

        Args:
            shown: The model.
            is_chosen: It is the one that comments.
            is_busy: It is being downloaded or measured.
        """
        before = self._shown.place.problem
        self._shown, self._is_chosen, self._is_busy = shown, is_chosen, is_busy
        self._status.setText(self._words.status(shown))
        self._facts.setText(self._words.facts(shown))
        self._memory.setText(self._words.memory(shown))
        self._show_memory()
        self._show_verdict()
        if shown.place.problem and not is_busy:
            self.show_problem(shown.place.problem)
        elif self._problem.text() == before:  # it is over; why a job failed stays to be read
            self._problem.hide()
        self._show_busy()

    def show_progress(self, report: DownloadProgress | MeasureProgress) -> None:
        """Show how far the job of this model is."""
        fraction = report.fraction
        self._progress_bar.setRange(0, 0 if fraction is None else _SCALE)
        if fraction is not None:
            self._progress_bar.setValue(round(fraction * _SCALE))
        self._progress.setText(self._words.progress(report))

    def begin_work(self) -> None:
        """A job for this model begins."""
        self._problem.hide()
        self._progress_bar.setRange(0, 0)
        self._progress.setText(self.tr("Starting…"))
        self._is_busy = True
        self._show_busy()

    def end_work(self) -> None:
        """The job is over."""
        self._is_busy = False
        self._show_busy()

    def show_problem(self, text: str) -> None:
        """Say what went wrong."""
        self._problem.setText(text)
        _set_level(self._problem, "fair" if self._shown.place.is_partial else "bad")
        self._problem.show()

    def _show_memory(self) -> None:
        need, fit = self._shown.need, self._shown.fit
        self._memory_bar.setVisible(need is not None)
        if need is not None and fit is not None:
            share = min(need.loading_bytes / self._shown.memory.total_bytes, 1.0)
            self._memory_bar.setValue(round(share * _SCALE))
            _set_level(self._memory_bar, LEVELS[fit])

    def _show_verdict(self) -> None:
        found = self._shown.measurement or self._shown.estimate
        self._verdict.setText(self._words.verdict(self._shown))
        _set_level(self._verdict, "" if found is None else VERDICT_LEVELS[found.verdict])
        self._verdict.setVisible(found is not None or self._shown.place.is_usable)

    def _show_busy(self) -> None:
        busy, place = self._is_busy, self._shown.place
        name = self._shown.entry.name
        is_usable = place.is_usable
        can_load = not is_usable and is_hub_id(name) and place.home in {None, Home.LIBRARY}
        can_delete = place.home in {Home.LIBRARY, Home.HUB_CACHE}
        self._progress_bar.setVisible(busy)
        self._progress.setVisible(busy)
        self._cancel.setVisible(busy)
        self._download.setVisible(can_load and not busy)
        self._download.setText(self._download_text())
        self._use.setVisible(is_usable)
        self._use.setEnabled(is_usable and not self._is_chosen)
        self._use.setText(self.tr("In use") if self._is_chosen else self.tr("Use"))
        self._measure.setVisible(is_usable and not busy)
        self._remove.setVisible(can_delete and not busy)
        self._forget.setVisible(name not in _CATALOGUE_NAMES and not can_delete and not busy)

    def _download_text(self) -> str:
        place, size = self._shown.place, self._shown.size_bytes
        if place.is_partial and size:
            missing = size_text(max(size - place.arrived_bytes, 0))
            return self.tr(" Resume, {0} left").format(missing)
        return self.tr(" Download {0}").format(size_text(size)) if size else self.tr(" Download")

    def _make_buttons(self) -> None:
        self._use = self._button(self.tr("Use"), None, self.use_asked)
        self._download = self._button(self.tr("Download"), "download", self.download_asked)
        self._cancel = self._button(self.tr("Cancel"), "close", self.cancel_asked)
        self._measure = self._button(self.tr("Measure"), "gauge", self.measure_asked)
        self._measure.setToolTip(
            self.tr("Let it comment for ten seconds, to see whether it keeps up here")
        )
        self._remove = self._button(self.tr("Delete…"), "trash", self.remove_asked)
        self._forget = self._button(self.tr("Take off the list"), "close", self.forget_asked)

    def _button(self, text: str, icon_name: str | None, asked: SignalInstance) -> QPushButton:
        button = QPushButton(text if icon_name is None else f" {text}")
        if icon_name is not None:
            button.setIcon(icon(icon_name))
        name = self._shown.entry.name
        button.setAccessibleName(f"{text}: {self._shown.entry.title}")
        button.setAutoDefault(False)  # Enter elsewhere in the dialog is not for it
        button.clicked.connect(lambda: asked.emit(name))
        return button

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(self._status)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for button in (self._use, self._download, self._cancel, self._measure):
            buttons.addWidget(button)
        buttons.addStretch()
        for button in (self._remove, self._forget):
            buttons.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 14)
        column.setSpacing(6)
        column.addLayout(head)
        for part in (self._facts, self._memory_bar, self._memory, self._verdict, self._problem):
            column.addWidget(part)
        column.addWidget(self._progress_bar)
        column.addWidget(self._progress)
        column.addSpacing(4)
        column.addLayout(buttons)
        self._problem.hide()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)


def _bar(name: str) -> QProgressBar:
    bar = QProgressBar()
    bar.setProperty("role", "quiet")
    bar.setRange(0, _SCALE)
    bar.setTextVisible(False)
    bar.setFixedHeight(_BAR_PX)
    bar.setAccessibleName(name)
    return bar


def _set_level(widget: QWidget, level: str) -> None:
    """Let the style sheet look at the widget's level again."""
    if widget.property("level") != level:
        widget.setProperty("level", level)
        widget.style().unpolish(widget)
        widget.style().polish(widget)
