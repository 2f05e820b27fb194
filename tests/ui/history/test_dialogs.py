from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLabel

from app.transcripts.line import TranscriptLine
from app.transcripts.retiming import Retiming
from app.transcripts.settings import TranscriptSettings
from tests.app.transcripts.making import header
from ui.history.export_dialog import ExportDialog
from ui.history.times_dialog import TimesDialog

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot


def test_numbers_are_inset_and_labels_stand_beside_them(qtbot: QtBot) -> None:
    first, last = (TranscriptLine(i, i, i + 1, "A line.", 100.0 + i) for i in (0, 15))
    dialog = TimesDialog(first, last, Retiming())
    qtbot.addWidget(dialog)
    dialog.show()
    for box in (dialog.shift_s, dialog.first_s, dialog.last_s):
        assert box.lineEdit().textMargins().left() > 0
        (label,) = [x for x in dialog.findChildren(QLabel) if x.buddy() is box]
        assert abs(label.geometry().center().y() - box.geometry().center().y()) <= 1


def test_exports_go_into_whole_folders_only(qtbot: QtBot, tmp_path: Path) -> None:
    dialog = ExportDialog(header(), TranscriptSettings())
    qtbot.addWidget(dialog)
    export = next(button for button in dialog.buttons.buttons() if "Export" in button.text())
    for folder, is_enabled in (("~bob.is.not.here/x", False), (str(tmp_path), True)):
        dialog.folder.set_text(folder)
        assert export.isEnabled() is is_enabled


def test_long_lines_leave_room_for_the_buttons(qtbot: QtBot) -> None:
    text = "Saved by the keeper, who throws himself into the far corner"
    first, last = (TranscriptLine(i, i, i + 1, text, 100.0 + i) for i in (0, 15))
    dialog = TimesDialog(first, last, Retiming())
    qtbot.addWidget(dialog)
    dialog.show()
    assert dialog.layout().heightForWidth(dialog.width()) <= dialog.height()
