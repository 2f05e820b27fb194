from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QComboBox

from app.errors import AppError
from ui.widgets.model_picker import KNOWN_MODELS, ModelPicker

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot


@pytest.fixture
def picker(qtbot: QtBot) -> ModelPicker:
    picker = ModelPicker()
    qtbot.addWidget(picker)
    return picker


@pytest.mark.parametrize("model", ["bundled", *KNOWN_MODELS])
def test_what_is_set_is_what_is_chosen(picker: ModelPicker, model: str) -> None:
    picker.set_model(model)
    assert picker.model() == model


def test_a_folder_is_taken_as_a_folder(picker: ModelPicker, tmp_path: Path) -> None:
    picker.set_model(str(tmp_path))
    assert picker.model() == str(tmp_path)


@pytest.mark.parametrize(("kind", "advice"), [(1, "config.json"), (2, "owner/name")])
def test_what_is_missing_is_named(picker: ModelPicker, kind: int, advice: str) -> None:
    kinds = picker.findChild(QComboBox)
    assert kinds is not None
    kinds.setCurrentIndex(kind)
    with pytest.raises(AppError, match=advice):
        picker.model()
