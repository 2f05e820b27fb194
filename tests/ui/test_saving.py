"""Save as: the name that is proposed and checked is the name that is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QComboBox, QFileDialog, QLineEdit, QMessageBox, QWidget

from ui.saving import SaveDialog, format_filters

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

NAME = "game.mp4 2025-11-29 09-14-02"  # as the template names the session of a file


@pytest.fixture
def above(qtbot: QtBot) -> QWidget:
    """The window above which the dialog opens."""
    window = QWidget()
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    return window


def open_dialog(above: QWidget, folder: Path) -> SaveDialog:
    dialog = SaveDialog(NAME, above)
    dialog.setDirectory(str(folder))
    dialog.open()
    return dialog


def field_of(dialog: SaveDialog) -> QLineEdit:
    field = dialog.findChild(QLineEdit)
    assert field is not None
    return field


def retype(qtbot: QtBot, dialog: SaveDialog, name: str) -> None:
    """Type another name; without the focus, the file of the old one would stay selected."""
    focus(qtbot, field_of(dialog))
    field_of(dialog).setText(name)


def focus(qtbot: QtBot, widget: QWidget) -> None:
    widget.setFocus()
    qtbot.waitUntil(widget.hasFocus, timeout=5000)


def answer(qtbot: QtBot, above: QWidget, button: QMessageBox.StandardButton) -> None:
    question = above.findChild(QMessageBox)
    assert question is not None
    question.button(button).click()
    qtbot.waitUntil(lambda: above.findChild(QMessageBox) is None, timeout=5000)


def test_the_name_that_is_proposed_ends_as_the_format_does(above: QWidget, tmp_path: Path) -> None:
    dialog = open_dialog(above, tmp_path)
    assert field_of(dialog).text() == f"{NAME}.srt"
    dialog.reject()


def test_it_is_never_the_desktops_own_dialog(above: QWidget, tmp_path: Path) -> None:
    """Windows, macOS and GNOME have one, which knows no chosen format before it is shown."""
    dialog = open_dialog(above, tmp_path)
    assert dialog.testOption(QFileDialog.Option.DontUseNativeDialog)
    dialog.reject()


@pytest.mark.parametrize("has_documents", [True, False])
def test_it_opens_in_the_documents_or_at_home(
    above: QWidget, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, has_documents: bool
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    if has_documents:
        (tmp_path / "Documents").mkdir()
    dialog = SaveDialog(NAME, above)
    folder = tmp_path / "Documents" if has_documents else tmp_path
    assert dialog.directory().absolutePath() == str(folder)
    dialog.deleteLater()


@pytest.mark.parametrize("typed", [f"{NAME}.srt", NAME])
def test_the_name_follows_the_format(
    qtbot: QtBot, above: QWidget, tmp_path: Path, typed: str
) -> None:
    dialog = open_dialog(above, tmp_path)
    retype(qtbot, dialog, typed)
    vtt = next(filter_ for filter_ in format_filters() if "vtt" in filter_)
    filters = next(box for box in dialog.findChildren(QComboBox) if box.findText(vtt) >= 0)
    focus(qtbot, filters)
    filters.setCurrentText(vtt)
    dialog.filterSelected.emit(vtt)  # as a click in the list says it
    assert field_of(dialog).text() == f"{NAME}.vtt"
    dialog.reject()


def test_a_file_is_replaced_only_after_a_question(
    qtbot: QtBot, above: QWidget, tmp_path: Path
) -> None:
    taken = tmp_path / f"{NAME}.srt"
    taken.touch()
    for button, expected in (("No", []), ("Yes", [taken])):
        dialog = open_dialog(above, tmp_path)
        chosen: list[Path] = []
        dialog.chosen.connect(chosen.append)
        retype(qtbot, dialog, NAME)
        dialog.accept()
        assert chosen == []
        answer(qtbot, above, QMessageBox.StandardButton[button])
        assert chosen == expected
        qtbot.waitUntil(lambda: above.findChild(SaveDialog) is None, timeout=5000)


def test_a_new_file_is_no_question(qtbot: QtBot, above: QWidget, tmp_path: Path) -> None:
    dialog = open_dialog(above, tmp_path)
    with qtbot.waitSignal(dialog.chosen, timeout=5000) as chosen:
        dialog.accept()
    assert chosen.args == [tmp_path / f"{NAME}.srt"]
    assert above.findChild(QMessageBox) is None
