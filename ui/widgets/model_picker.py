"""Which model comments: one that is on this machine, a folder, or one by its hub id."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QComboBox,
    QCompleter,
    QHBoxLayout,
    QLineEdit,
    QSizePolicy,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.errors import AppError
from app.models.catalogue import CATALOGUE, entry_of, is_hub_id
from app.session.request import BUNDLED_MODEL
from ui.icons import icon
from ui.widgets.labels import heading, hint
from ui.widgets.path_field import PathField, PathKind

if TYPE_CHECKING:
    from collections.abc import Iterable

KNOWN_MODELS = tuple(entry.name for entry in CATALOGUE if entry.name != BUNDLED_MODEL)

_LEAST_LETTERS = 12  # of a name, where the panel is narrow
_INSTALLED, _FOLDER, _HUB = range(3)  # the pages below the box
_OWN_FOLDER, _OWN_HUB = "folder", "hub"  # no names of models: those have a slash or are "bundled"


class ModelPicker(QWidget):
    """Chooses one model, named as `SessionRequest.model` wants it.

    Signals:
        chosen: Another model was chosen, or typed to its end.
        models_asked: The person wants to see the list of all models.
    """

    chosen = Signal()
    models_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kind = QComboBox()
        self._kind.setAccessibleName(self.tr("Model"))
        policy = QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        self._kind.setSizeAdjustPolicy(policy)  # long names of models make no panel wider
        self._kind.setMinimumContentsLength(_LEAST_LETTERS)
        self._kind.addItem(self.tr("Bundled match model"), BUNDLED_MODEL)
        self._kind.addItem(self.tr("Folder on this machine"), _OWN_FOLDER)
        self._kind.addItem(self.tr("Hub id"), _OWN_HUB)
        self._about = hint("")
        self._folder = PathField(PathKind.FOLDER, self.tr("Model folder"))
        self._hub = QLineEdit()
        self._hub.setAccessibleName(self.tr("Hub id of the model"))
        self._hub.setPlaceholderText(KNOWN_MODELS[0])
        self._hub.setCompleter(QCompleter(list(KNOWN_MODELS), self._hub))
        self._options = QStackedWidget()
        self._options.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._lay_out()
        self._kind.currentIndexChanged.connect(self._turn)
        self._kind.activated.connect(self.chosen)
        self._hub.editingFinished.connect(self.chosen)
        self._folder.changed.connect(self._note_folder)
        self._turn()

    def model(self) -> str:
        """The chosen model.

        Raises:
            AppError: The folder or the id is missing; the message says what to do.
        """
        kind = self._kind.currentData()
        if kind == _OWN_FOLDER:
            return self._chosen_folder()
        return self._chosen_id() if kind == _OWN_HUB else kind

    def set_model(self, model: str) -> None:
        """Choose `model`: "bundled", a folder, or a hub id."""
        index = self._kind.findData(model)
        if index >= 0:
            self._kind.setCurrentIndex(index)
        elif is_hub_id(model) and not Path(model).is_dir():
            self._hub.setText(model)
            self._kind.setCurrentIndex(self._kind.findData(_OWN_HUB))
        else:
            self._kind.setCurrentIndex(self._kind.findData(_OWN_FOLDER))
            self._folder.set_path(Path(model))
        self.chosen.emit()

    def set_installed(self, names: Iterable[str]) -> None:
        """Offer these models besides the bundled one; what is chosen stays chosen."""
        wanted = [name for name in names if name != BUNDLED_MODEL]
        offered = [self._kind.itemData(index) for index in range(1, self._kind.count() - 2)]
        if wanted == offered:
            return
        chosen = self._kind.currentData()
        if chosen == _OWN_HUB and self._hub.text() in wanted:
            chosen = self._hub.text()
        self._kind.blockSignals(True)
        for _ in offered:
            self._kind.removeItem(1)
        for index, name in enumerate(wanted, start=1):
            self._kind.insertItem(index, entry_of(name).title, name)
        self._kind.setCurrentIndex(self._kind.findData(chosen))
        self._kind.blockSignals(False)
        if self._kind.currentIndex() < 0:  # it was deleted
            self.set_model(chosen)
        self._turn()

    def _note_folder(self) -> None:
        if self._kind.currentData() == _OWN_FOLDER:
            self.chosen.emit()

    def _turn(self) -> None:
        """Show below the box what belongs to the choice."""
        kind = self._kind.currentData()
        page = {_OWN_FOLDER: _FOLDER, _OWN_HUB: _HUB}.get(kind, _INSTALLED)
        self._options.setCurrentIndex(page)
        if kind == BUNDLED_MODEL:
            self._about.setText(self.tr("Small and quick; knows the built-in match only."))
        elif page == _INSTALLED:
            self._about.setText(f"{entry_of(kind).purpose}.")

    def _chosen_folder(self) -> str:
        folder = self._folder.path
        if folder is None or not folder.is_dir():
            raise AppError(
                self.tr("Choose the folder of a model: the one that holds its config.json.")
            )
        return str(folder)

    def _chosen_id(self) -> str:
        hub_id = self._hub.text().strip()
        if not is_hub_id(hub_id):
            advice = self.tr("Type the model's hub id as owner/name, such as {0}.")
            raise AppError(advice.format(KNOWN_MODELS[0]))
        return hub_id

    def _lay_out(self) -> None:
        for widget in (self._about, self._folder, self._hub):
            self._options.addWidget(_at_the_top(widget))
        models = QToolButton()
        models.setIcon(icon("model"))
        models.setToolTip(self.tr("All models: download, measure, precision"))
        models.setAccessibleName(self.tr("All models"))
        models.clicked.connect(self.models_asked)
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self._kind, 1)
        row.addWidget(models)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(heading(self.tr("&Model"), self._kind))
        layout.addLayout(row)
        layout.addWidget(self._options)


def _at_the_top(widget: QWidget) -> QWidget:
    holder = QWidget()
    layout = QVBoxLayout(holder)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.addWidget(widget)
    layout.addStretch()
    holder.setFocusProxy(widget)
    return holder
