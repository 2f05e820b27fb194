from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton

from ui.widgets.notice_bar import NoticeBar, NoticeLevel, as_sentence

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


@pytest.mark.parametrize(
    ("said", "shown"),
    [("the model is missing", "The model is missing."), ("Done.", "Done.")],
)
def test_messages_become_sentences(said: str, shown: str) -> None:
    assert as_sentence(said) == shown


def test_it_shows_until_it_is_closed(qtbot: QtBot) -> None:
    bar = NoticeBar()
    qtbot.addWidget(bar)
    assert not bar.isVisible()
    bar.show_notice("the disk is full; free some space", NoticeLevel.ERROR)
    assert (bar.isVisible(), bar.level) == (True, NoticeLevel.ERROR)
    assert bar.text == bar.accessibleName() == "The disk is full; free some space."
    close = bar.findChild(QToolButton)
    assert close is not None
    qtbot.mouseClick(close, Qt.MouseButton.LeftButton)
    assert not bar.isVisible()
