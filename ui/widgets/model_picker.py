"""Which model comments: the bundled one, a folder, or one from the model hub by its id."""

from __future__ import annotations

import re
from pathlib import Path

from PySide6.QtWidgets import (
    QComboBox,
    QCompleter,
    QLineEdit,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.errors import AppError
from app.session.request import BUNDLED_MODEL
from ui.widgets.labels import heading, hint
from ui.widgets.path_field import PathField, PathKind

KNOWN_MODELS = (
    "mit-han-lab/StreamingVLM",
    "Qwen/Qwen2.5-VL-3B-Instruct",
    "Qwen/Qwen2.5-VL-7B-Instruct",
    "chenjoya/LiveCC-7B-Instruct",
)

_BUNDLED, _FOLDER, _HUB = range(3)
_HUB_ID = re.compile(r"[\w.-]+/[\w.-]+")


class ModelPicker(QWidget):
    """Chooses one model, named as `SessionRequest.model` wants it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kind = QComboBox()
        self._kind.setAccessibleName(self.tr("Model"))
        self._kind.addItems(
            [self.tr("Bundled match model"), self.tr("Folder on this machine"), self.tr("Hub id")]
        )
        self._folder = PathField(PathKind.FOLDER, self.tr("Model folder"))
        self._hub = QLineEdit()
        self._hub.setAccessibleName(self.tr("Hub id of the model"))
        self._hub.setPlaceholderText(KNOWN_MODELS[0])
        self._hub.setCompleter(QCompleter(list(KNOWN_MODELS), self._hub))
        self._options = QStackedWidget()
        self._options.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        about = hint(self.tr("Small and quick; knows the built-in match only."))
        for widget in (about, self._folder, self._hub):
            self._options.addWidget(_at_the_top(widget))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(heading(self.tr("&Model"), self._kind))
        layout.addWidget(self._kind)
        layout.addWidget(self._options)
        self._kind.currentIndexChanged.connect(self._options.setCurrentIndex)

    def model(self) -> str:
        """The chosen model.

        Raises:
            AppError: The folder or the id is missing; the message says what to do.
        """
        kind = self._kind.currentIndex()
        if kind == _FOLDER:
            return self._chosen_folder()
        return self._chosen_id() if kind == _HUB else BUNDLED_MODEL

    def set_model(self, model: str) -> None:
        """Choose `model`: "bundled", a folder, or a hub id."""
        if model == BUNDLED_MODEL:
            self._kind.setCurrentIndex(_BUNDLED)
        elif _HUB_ID.fullmatch(model) and not Path(model).is_dir():
            self._hub.setText(model)
            self._kind.setCurrentIndex(_HUB)
        else:
            self._folder.set_path(Path(model))
            self._kind.setCurrentIndex(_FOLDER)

    def _chosen_folder(self) -> str:
        folder = self._folder.path
        if folder is None or not folder.is_dir():
            raise AppError("Choose the folder of a model: the one that holds its config.json.")
        return str(folder)

    def _chosen_id(self) -> str:
        hub_id = self._hub.text().strip()
        if not _HUB_ID.fullmatch(hub_id):
            raise AppError(f"Type the model's hub id as owner/name, such as {KNOWN_MODELS[0]}.")
        return hub_id


def _at_the_top(widget: QWidget) -> QWidget:
    holder = QWidget()
    layout = QVBoxLayout(holder)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.addWidget(widget)
    layout.addStretch()
    holder.setFocusProxy(widget)
    return holder
