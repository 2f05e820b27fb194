from __future__ import annotations

from typing import TYPE_CHECKING

from ui.meters.panel import MetersPanel

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

NARROW_PX = 216  # what the tab has at 200 % on a screen of 1280 by 720


def test_nothing_is_cut_off_where_the_panel_is_narrow(qtbot: QtBot) -> None:
    panel = MetersPanel()
    qtbot.addWidget(panel)
    panel.show()
    assert panel.widget().minimumSizeHint().width() <= NARROW_PX
