"""The meters: what they show of a session, and that they draw only what is looked at."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from PySide6.QtGui import QColor

from app.governor.effort import Effort, Saving, Step, steps_from
from app.meters.lateness import SHOWN, Grade
from app.meters.record import MeterRecord
from app.session.messages import EffortChanged, MetersUpdated
from app.transcripts.line import TranscriptLine
from engine.config import StreamingConfig
from engine.events import CacheUse, RoundTiming
from ui.meters import colours
from ui.meters.loading import LibraryLoader
from ui.meters.panel import MetersPanel
from ui.meters.stacked_bar import Part, StackedBar
from ui.theme import DARK, apply_theme

if TYPE_CHECKING:
    from types import ModuleType

    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

FULL = Effort.of(StreamingConfig())
TIMING = RoundTiming(0.004, 0.1, 0.2, 0.15, 0.03)

pytestmark = pytest.mark.usefixtures("numbers")


def meters(*, load: float = 0.5, bound: int | None = 4000) -> MetersUpdated:
    cache = CacheUse(500, 300, 1500, 200, bound, 50 * 2**20)
    return MetersUpdated(1240, 1200, 30, TIMING, cache, 0.9, 1.0, load, 3 * 2**30)


def record() -> MeterRecord:
    """Three lines, green, amber and red; the first one spoken."""
    kept = MeterRecord()
    kept.add_round(meters())
    for index, late in enumerate((1.0, 2.0, 4.0)):
        kept.add_line(TranscriptLine(index, 60.0 * index, 60.0 * index + 1, "x", 10.0), 10.0 + late)
    kept.hear(0, 13.5)
    return kept


@pytest.fixture
def panel(qtbot: QtBot) -> MetersPanel:
    panel = MetersPanel()
    qtbot.addWidget(panel)
    panel.resize(330, 900)
    with qtbot.waitExposed(panel):
        panel.show()
    return panel


@pytest.fixture(scope="module")
def pyqtgraph() -> ModuleType:
    import pyqtgraph

    return pyqtgraph


def test_every_figure_of_a_session_is_shown(qtbot: QtBot, panel: MetersPanel) -> None:
    panel.show_record(record())
    qtbot.waitUntil(lambda: panel.frames.numbers != ("—", "—", "—"), timeout=5000)
    assert panel.frames.numbers == ("1240", "1200", "30")
    assert panel.lateness.text() == "Last 4.0 s, median 2.0 s, slowest of 3 lines 4.0 s"
    assert panel.lines.rows == (
        ("2:00", "+4.0 s", ""),
        ("1:00", "+2.0 s", ""),
        ("0:00", "+1.0 s", "+3.5 s"),
    )
    assert panel.round.text() == "Last round 484 ms, 50 % of the time there is"
    assert [part.number for part in panel.stage_bar.parts] == [
        *("4 ms", "30 ms", "100 ms", "200 ms", "150 ms")
    ]
    assert panel.cache.text() == "2500 of at most 4000 tokens, 50.00 MiB"
    assert [part.amount for part in panel.cache_bar.parts] == [500, 300, 1500, 200]
    assert panel.cache_bar.bound == 4000
    assert panel.memory.text() == "3.00 GiB in the process of model and capture"


def test_a_new_session_begins_with_empty_meters(qtbot: QtBot, panel: MetersPanel) -> None:
    panel.show_record(record())
    qtbot.waitUntil(lambda: bool(panel.cache_bar.parts), timeout=5000)
    panel.show_record(MeterRecord())
    qtbot.waitUntil(lambda: not panel.cache_bar.parts, timeout=5000)
    assert panel.frames.numbers == ("—", "—", "—")
    assert panel.lines.rows == ()
    assert "Nothing" in panel.lateness.text()


def test_a_cache_without_a_bound_says_so(qtbot: QtBot, panel: MetersPanel) -> None:
    kept = MeterRecord()
    kept.add_round(meters(bound=None))
    panel.show_record(kept)
    qtbot.waitUntil(lambda: "without a bound" in panel.cache.text(), timeout=5000)


def test_what_the_static_saver_saves_is_shown(qtbot: QtBot, panel: MetersPanel) -> None:
    kept = MeterRecord()
    kept.add_round(meters())
    panel.show_record(kept)
    qtbot.waitUntil(lambda: panel.round.text().startswith("Last round"), timeout=5000)
    assert not panel.saved.isVisible()
    kept.add_round(replace(meters(), saved_share=0.5))
    panel.update_soon()
    qtbot.waitUntil(panel.saved.isVisible, timeout=5000)
    assert panel.saved.text() == "25 % of looking saved, since the picture had not changed"


def test_nothing_is_drawn_while_nobody_looks(panel: MetersPanel) -> None:
    panel.hide()
    panel.show_record(record())
    panel._refresh()
    assert panel.frames.numbers == ("—", "—", "—")
    panel.show()
    assert panel.frames.numbers == ("1240", "1200", "30")


def test_plots_show_each_line_in_its_colour_and_follow_the_theme(
    qtbot: QtBot, panel: MetersPanel, pyqtgraph: ModuleType, application: QApplication
) -> None:
    panel.add_plots(pyqtgraph)
    panel.show_record(record())
    qtbot.waitUntil(lambda: panel.stage_plot is not None, timeout=5000)
    qtbot.waitUntil(lambda: bool(panel.frames.numbers[0].strip("—")), timeout=5000)
    plot = panel.lateness_plot
    assert plot is not None
    assert "slowest of 3" in plot.accessibleDescription()
    shot = plot.grab().toImage()
    seen = {shot.pixelColor(x, y).name() for x in range(shot.width()) for y in range(shot.height())}
    assert {colours.GRADES[grade].name() for grade in Grade} <= seen
    assert colours.SPOKEN.name() in seen
    axis = plot.item.getAxis("left")
    before = axis.textPen().color()
    apply_theme(application, DARK)
    assert axis.textPen().color() != before


def test_the_library_loads_away_from_the_gui_thread_once(qtbot: QtBot) -> None:
    loader = LibraryLoader("colorsys")
    loaded: list[ModuleType] = []
    loader.loaded.connect(loaded.append)
    with qtbot.waitSignal(loader.loaded):
        loader.start()
    loader.start()
    loader.close()
    assert [module.__name__ for module in loaded] == ["colorsys"]


@pytest.fixture
def bar(qtbot: QtBot) -> StackedBar:
    bar = StackedBar("Cache", 2)
    qtbot.addWidget(bar)
    bar.resize(200, bar.sizeHint().height())
    return bar


@pytest.mark.parametrize(("bound", "ends"), [(None, (100, 199)), (200.0, (50, 99)), (50.0, None)])
def test_a_bar_is_filled_up_to_its_bound(
    bar: StackedBar, bound: float | None, ends: tuple[int, int] | None
) -> None:
    red, blue = QColor("#ff0000"), QColor("#0000ff")
    bar.show_parts((Part("a", 50, "50", red), Part("b", 50, "50", blue)), bound)
    row = bar.grab().toImage()
    colour_at = [row.pixelColor(x, 8).name() for x in range(200)]
    first, last = ends or (100, 199)  # what exceeds its bound fills the bar
    assert colour_at[first - 2] == red.name()
    assert colour_at[last - 2] == blue.name()
    assert (colour_at[-3] == blue.name()) == (last == 199)
    assert bar.accessibleDescription() == "a 50, b 50"


@pytest.mark.parametrize("step", steps_from(FULL), ids=lambda step: step.saving.name)
def test_the_governor_says_its_step_and_why(panel: MetersPanel, step: Step) -> None:
    panel.governor.show_change(EffortChanged(2, 7, True, step.saving, step.effort, 1.32))
    first, second = panel.governor.state_text.splitlines()
    assert first.startswith("Too slow (rounds take 132 % of their time): ")
    assert second == "Step 2 of 7."
    panel.governor.show_change(EffortChanged(0, 7, False, Saving.FRAMES, FULL, 0.6))
    assert "Room again" in panel.governor.state_text
    assert "2 frames a round" in panel.governor.state_text
    panel.governor.show_change(EffortChanged(0, 7, False, None, FULL, 0.0))
    assert "everything is given back" in panel.governor.state_text


def test_the_thresholds_are_named(panel: MetersPanel) -> None:
    from PySide6.QtWidgets import QLabel

    texts = " ".join(label.text() for label in panel.findChildren(QLabel)).replace("&nbsp;", " ")
    assert f"good to {SHOWN.good_s:g} s" in texts
    assert f"fair to {SHOWN.fair_s:g} s" in texts
