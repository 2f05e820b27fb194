from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
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
    (close,) = [b for b in bar.findChildren(QToolButton) if "Close" in b.accessibleName()]
    qtbot.mouseClick(close, Qt.MouseButton.LeftButton)
    assert not bar.isVisible()


def test_what_can_be_done_gets_a_button_until_the_next_message(qtbot: QtBot) -> None:
    bar = NoticeBar()
    qtbot.addWidget(bar)
    action = QAction("&Put back", bar)
    bar.show_notice("the session was deleted", NoticeLevel.INFO, action)
    (button,) = [b for b in bar.findChildren(QToolButton) if b.text() == "Put back"]
    with qtbot.waitSignal(action.triggered, timeout=1000):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    bar.show_notice("saved")
    assert bar.action is None
    assert not button.isVisible()
