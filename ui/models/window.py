"""The list of models, with all that can be done with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QInputDialog,
    QMessageBox,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.models.catalogue import is_hub_id
from app.models.precision import Precision
from app.models.wording import size_text
from ui.fitting import fitting
from ui.icons import icon
from ui.models.card import ModelCard
from ui.models.words import ModelWords
from ui.widgets.labels import heading, hint
from ui.widgets.notice_bar import NoticeBar, NoticeLevel

if TYPE_CHECKING:
    from PySide6.QtGui import QShowEvent

    from app.models.measuring import MeasureProgress
    from app.models.progress import DownloadProgress
    from ui.models.keeper import ModelKeeper

_SIZE = QSize(720, 720)


class ModelsWindow(QDialog):
    """Shows what the keeper knows, and tells it what to do. Stays open beside the main window."""

    def __init__(self, keeper: ModelKeeper, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Models"))
        self._keeper = keeper
        self._words = ModelWords(self)
        self._cards: dict[str, ModelCard] = {}
        self.notice = NoticeBar()
        self._precision = QComboBox()
        self._note = hint("")
        self._device = hint(self.tr("Looking for models…"))
        self._list = QVBoxLayout()
        self._lay_out()
        self.resize(fitting(_SIZE))
        self._connect_keeper()
        self._follow()

    @property
    def keeper(self) -> ModelKeeper:
        """What knows of the models."""
        return self._keeper

    @property
    def cards(self) -> dict[str, ModelCard]:
        """The models that are listed, by name, in order."""
        return dict(self._cards)

    def showEvent(self, event: QShowEvent) -> None:
        """Look again: other programs take memory and bring models."""
        super().showEvent(event)
        self._keeper.measure_machine()
        self._keeper.look()

    def add_folder(self) -> QFileDialog:
        """Let the person choose a checkpoint's folder; it is listed once it is chosen."""
        dialog = QFileDialog(self, self.tr("Folder of a model, which holds its config.json"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(self._keeper.add)
        dialog.open()
        return dialog

    def add_hub_id(self) -> QInputDialog:
        """Let the person type a hub id; it is listed once it is right."""
        dialog = QInputDialog(self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle(self.tr("Model from the hub"))
        dialog.setLabelText(self.tr("Its id, as owner/name:"))
        dialog.textValueSelected.connect(self._add_typed)
        dialog.open()
        return dialog

    def _add_typed(self, text: str) -> None:
        name = text.strip()
        if is_hub_id(name):
            self._keeper.add(name)
        else:
            message = self.tr("“{0}” is no hub id; write it as owner/name.").format(name)
            self.notice.show_notice(message, NoticeLevel.WARNING)

    def _connect_keeper(self) -> None:
        self._keeper.changed.connect(self._follow)
        self._keeper.job_began.connect(self._begin_work)
        self._keeper.job_reported.connect(self._show_progress)
        self._keeper.job_ended.connect(self._end_work)
        self._keeper.failed.connect(self._show_failure)

    def _follow(self) -> None:
        """Show all models as the keeper knows them."""
        listed = {shown.entry.name: shown for shown in self._keeper.overviews}
        for name in set(self._cards) - set(listed):
            card = self._cards.pop(name)
            self._list.removeWidget(card)
            card.deleteLater()
        chosen = self._keeper.choice.model
        for index, (name, shown) in enumerate(listed.items()):
            if name not in self._cards:
                self._cards[name] = self._make_card(ModelCard(shown))
                self._list.insertWidget(index, self._cards[name])
            busy = self._keeper.is_busy(name)
            self._cards[name].show_model(shown, is_chosen=name == chosen, is_busy=busy)
        self._show_machine()
        self._precision.setCurrentIndex(self._precision.findData(self._keeper.choice.precision))
        self._note.setText(self._words.precision_note(self._keeper.choice.precision))

    def _show_machine(self) -> None:
        machine = self._keeper.machine
        if machine is not None:
            memory = machine.model_memory
            self._device.setText(
                self.tr("Models run on {0}: {1} of memory, {2} of it free.").format(
                    machine.device, size_text(memory.total_bytes), size_text(memory.free_bytes)
                )
            )

    def _make_card(self, card: ModelCard) -> ModelCard:
        card.use_asked.connect(self._keeper.use)
        card.download_asked.connect(self._keeper.download)
        card.cancel_asked.connect(self._keeper.cancel)
        card.measure_asked.connect(self._measure)
        card.remove_asked.connect(self._ask_to_remove)
        card.forget_asked.connect(self._keeper.forget)
        return card

    def _measure(self, name: str) -> None:
        self._keeper.measure(self._cards[name].shown)

    def _ask_to_remove(self, name: str) -> None:
        shown = self._cards[name].shown
        size = size_text(shown.place.arrived_bytes)
        box = QMessageBox(self)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setIcon(QMessageBox.Icon.Question)
        box.setText(self.tr("Delete {0}?").format(shown.entry.title))
        box.setInformativeText(
            self.tr("{0} are freed. To use it again it must be downloaded again.").format(size)
        )
        delete = box.addButton(self.tr("Delete"), QMessageBox.ButtonRole.DestructiveRole)
        box.setDefaultButton(box.addButton(QMessageBox.StandardButton.Cancel))
        delete.clicked.connect(lambda: self._keeper.remove(name))
        box.open()

    def _begin_work(self, name: str) -> None:
        if name in self._cards:
            self._cards[name].begin_work()

    def _show_progress(self, name: str, report: DownloadProgress | MeasureProgress) -> None:
        if name in self._cards:
            self._cards[name].show_progress(report)

    def _end_work(self, name: str) -> None:
        if name in self._cards:
            self._cards[name].end_work()

    def _show_failure(self, name: str, reason: str) -> None:
        if name in self._cards:
            self._cards[name].show_problem(reason)
        else:
            self.notice.show_notice(reason, NoticeLevel.ERROR)

    def _choose_precision(self, index: int) -> None:
        self._keeper.choose_precision(Precision(self._precision.itemData(index)))

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 14, 14, 14)
        column.setSpacing(10)
        column.addWidget(self.notice)
        column.addWidget(self._device)
        column.addLayout(self._precision_row())
        column.addWidget(self._scrolled_list(), 1)
        column.addLayout(self._buttons())

    def _precision_row(self) -> QHBoxLayout:
        self._precision.setAccessibleName(self.tr("Precision"))
        for precision in Precision:
            self._precision.addItem(self._words.precision_name(precision), precision)
        self._precision.activated.connect(self._choose_precision)
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(heading(self.tr("&Precision"), self._precision))
        row.addWidget(self._precision)
        row.addWidget(self._note, 1)
        return row

    def _scrolled_list(self) -> QScrollArea:
        inner = QWidget()
        inner.setObjectName("clear")
        outer = QVBoxLayout(inner)
        outer.setContentsMargins(0, 0, 6, 0)
        outer.addLayout(self._list)
        outer.addStretch()
        self._list.setSpacing(10)
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # it scrolls to the button with the focus
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inner)
        return area

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        folder = QPushButton(self.tr(" Add a folder…"))
        folder.setIcon(icon("folder"))
        folder.clicked.connect(self.add_folder)
        hub = QPushButton(self.tr(" Add from the hub…"))
        hub.setIcon(icon("link"))
        hub.clicked.connect(self.add_hub_id)
        close = QPushButton(self.tr("Close"))
        close.clicked.connect(self.close)
        for button in (folder, hub, close):
            button.setAutoDefault(False)
        row.addWidget(folder)
        row.addWidget(hub)
        row.addStretch()
        row.addWidget(close)
        return row
