from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from ui.first_paint import FirstPaint

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


class Canvas(QWidget):
    """Counts how often it was painted."""

    num_paints = 0

    def paintEvent(self, _event: object) -> None:  # noqa: N802
        self.num_paints += 1


def test_it_passes_once_and_behind_the_paint(qtbot: QtBot) -> None:
    canvas = Canvas()
    qtbot.addWidget(canvas)
    seen: list[int] = []
    first_paint = FirstPaint(canvas)
    first_paint.passed.connect(lambda: seen.append(canvas.num_paints))
    canvas.show()
    qtbot.waitUntil(lambda: bool(seen))
    canvas.repaint()
    qtbot.wait(1200)  # longer than its patience
    assert seen == [1]


def test_a_window_that_nobody_sees_keeps_nothing_waiting(qtbot: QtBot) -> None:
    canvas = Canvas()
    qtbot.addWidget(canvas)
    with qtbot.waitSignal(FirstPaint(canvas).passed, timeout=5000):
        pass
    assert canvas.num_paints == 0
