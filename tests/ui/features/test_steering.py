"""Steering from the window: what is chosen goes with the start and to the session that runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt

from app.session.messages import LineSpoken, QuestionAnswered, QuestionPut, TextArrived
from app.session.request import BUNDLED_MODEL
from app.steering.presets import PRESET_TEXTS, Preset
from app.steering.settings import SteeringSettings
from app.steering.words import WordRule
from app.transcripts.line import TranscriptLine
from tests.ui.scripted import run
from ui.steering.panel import SteeringPanel
from ui.transcript.model import TEXT

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from app.settings.store import SettingsStore
    from tests.ui.scripted import Theatre
    from ui.main_window import MainWindow

MODEL = "owner/name"
CHOSEN = SteeringSettings(
    preset=Preset.COACH, title="Final", talkativeness=2.0, words=(WordRule("ref", "referee"),)
)


@pytest.fixture
def settings(settings: SettingsStore) -> SettingsStore:
    settings.put(CHOSEN)
    return settings


@pytest.fixture
def panel(window: MainWindow) -> SteeringPanel:
    found = window.side.findChild(SteeringPanel)
    assert found is not None
    window.side.show_tab(found)
    return found


def test_the_kept_choice_goes_with_the_start(
    qtbot: QtBot, window: MainWindow, theatre: Theatre
) -> None:
    window.choice.model.set_model(MODEL)
    run(window, qtbot)
    request = theatre.session.request
    assert request.instruction == f"{PRESET_TEXTS[Preset.COACH]}\nYou are watching: Final"
    assert request.effective_sampling.talkativeness == 2.0
    assert request.words == CHOSEN.words


def test_the_bundled_model_is_not_confused_by_an_instruction(
    qtbot: QtBot, window: MainWindow, theatre: Theatre, panel: SteeringPanel
) -> None:
    assert theatre.sessions == []
    assert "bundled model" in panel.limits_text
    run(window, qtbot)
    request = theatre.session.request
    assert (request.model, request.instruction) == (BUNDLED_MODEL, "")
    assert request.words == CHOSEN.words
    assert request.effective_sampling.temperature == 0
    assert not panel.question.field.isEnabled()


def test_changes_reach_the_session_that_runs_and_are_kept(
    qtbot: QtBot,
    window: MainWindow,
    theatre: Theatre,
    panel: SteeringPanel,
    settings: SettingsStore,
) -> None:
    window.choice.model.set_model(MODEL)
    run(window, qtbot)
    panel.form.title.setText("Semi-final")
    panel.flush()
    panel.talk.set_value(-1)
    panel.flush()
    panel.words.set_rules(())
    panel.words.changed.emit()
    panel.flush()
    assert theatre.session.wishes[1:] == [
        f"instruction {PRESET_TEXTS[Preset.COACH]}\nYou are watching: Semi-final",
        "talkativeness -1",
        "words []",
    ]
    kept = settings.get(SteeringSettings)
    assert (kept.title, kept.talkativeness, kept.words) == ("Semi-final", -1.0, ())


def test_an_answer_is_shown_as_one_in_panel_stage_and_transcript(
    qtbot: QtBot, window: MainWindow, theatre: Theatre, panel: SteeringPanel
) -> None:
    window.choice.model.set_model(MODEL)
    run(window, qtbot)
    qtbot.waitUntil(panel.question.field.isEnabled, timeout=5000)
    qtbot.keyClicks(panel.question.field, "Who leads?")
    qtbot.keyClick(panel.question.field, Qt.Key.Key_Return)
    assert theatre.session.wishes[-1] == "ask Who leads?"
    player, subtitles = window.stage.subtitle.player, list[str]()
    player.changed.connect(lambda: subtitles.append(player.view.text))
    line = TranscriptLine(3, 3.0, 4.0, "Reds lead.", question="Who leads?")
    for message in (
        QuestionPut(3, "Who leads?"),
        TextArrived(3, "Reds lead."),
        LineSpoken(line),
        QuestionAnswered(3, "Who leads?", "Reds lead."),
    ):
        theatre.session.say(message)
    qtbot.waitUntil(lambda: "Reds lead." in panel.question.answer_text, timeout=5000)
    shown = "“Who leads?” — Reds lead."
    assert window.transcript.index(0, TEXT).data() == shown
    assert window.transcript.lines == (line,)
    qtbot.waitUntil(lambda: "Reds lead." in window.stage.subtitle.text, timeout=5000)
    assert "“Who leads?”" in "".join(subtitles)


def test_questions_end_with_the_session(
    qtbot: QtBot, window: MainWindow, panel: SteeringPanel
) -> None:
    window.choice.model.set_model(MODEL)
    run(window, qtbot)
    qtbot.waitUntil(panel.question.field.isEnabled, timeout=5000)
    window.commentary.stop()
    qtbot.waitUntil(lambda: not panel.question.field.isEnabled(), timeout=5000)
