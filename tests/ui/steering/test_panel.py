"""The controls of the Steering tab, used as a person uses them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit, QPlainTextEdit, QSlider

from app.session.messages import QuestionAnswered, QuestionPut
from app.steering.presets import PRESET_TEXTS, Preset
from app.steering.settings import SteeringSettings
from app.steering.words import WordRule
from ui.steering.panel import SteeringPanel

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

FULL = SteeringSettings(
    preset=Preset.CUSTOM,
    custom="Whisper.",
    title="Final",
    names="Anna\nLi",
    glossary="press: hurry",
    language="de",
    talkativeness=-1.5,
    words=(WordRule("ref", "referee"), WordRule("damn")),
)


@pytest.fixture
def panel(qtbot: QtBot) -> SteeringPanel:
    panel = SteeringPanel()
    qtbot.addWidget(panel)
    with qtbot.waitExposed(panel):
        panel.show()
    return panel


def test_what_is_shown_is_what_is_told(qtbot: QtBot, panel: SteeringPanel) -> None:
    panel.show_steering(FULL)
    with qtbot.waitSignal(panel.changed) as told:
        panel.form.title.setText("Semi-final")
    assert told.args is not None
    (steering,) = told.args
    assert steering.title == "Semi-final"
    assert (steering.names, steering.words) == (FULL.names, FULL.words)
    assert (steering.preset, steering.custom) == (Preset.CUSTOM, "Whisper.")
    assert (steering.language, steering.talkativeness) == ("de", -1.5)


def test_showing_and_typing_the_same_tells_nothing(qtbot: QtBot, panel: SteeringPanel) -> None:
    panel.show_steering(FULL)
    with qtbot.assertNotEmitted(panel.changed):
        panel.form.title.setText("x")
        panel.form.title.setText("Final")
        panel.flush()


def test_many_letters_are_told_at_once(qtbot: QtBot, panel: SteeringPanel) -> None:
    told: list[SteeringSettings] = []
    panel.changed.connect(told.append)
    with qtbot.waitSignal(panel.changed):
        qtbot.keyClicks(panel.form.title, "The final")
    assert [steering.title for steering in told] == ["The final"]


def test_a_preset_shows_its_text_and_custom_asks_for_one(panel: SteeringPanel) -> None:
    form = panel.form
    assert not form.custom.isVisible()
    form.preset.setCurrentIndex(form.preset.findData(Preset.COACH))
    assert PRESET_TEXTS[Preset.COACH] in [label.text() for label in _labels(panel)]
    form.preset.setCurrentIndex(form.preset.findData(Preset.CUSTOM))
    assert form.custom.isVisible()
    assert {form.preset.itemData(index) for index in range(form.preset.count())} == set(Preset)


def _labels(panel: SteeringPanel) -> list:
    from PySide6.QtWidgets import QLabel

    return [label for label in panel.findChildren(QLabel) if label.isVisible()]


def test_what_does_not_fit_is_said_and_not_told(qtbot: QtBot, panel: SteeringPanel) -> None:
    with qtbot.assertNotEmitted(panel.changed):
        panel.form.names.setPlainText("x" * 3000)
        panel.flush()
    assert "2000 characters" in panel.problem_text
    with qtbot.waitSignal(panel.changed):
        panel.form.names.setPlainText("Anna")
    assert panel.problem_text == ""


def test_the_slider_says_what_its_place_means(panel: SteeringPanel) -> None:
    assert panel.talk.words == "as the model likes"
    panel.talk.set_value(2.5)
    assert (panel.talk.value(), panel.talk.words) == (2.5, "chattier (+2.5)")
    panel.talk.set_value(-5)
    assert panel.talk.words == "quieter (-5)"
    assert panel.talk.slider.accessibleDescription() == "quieter (-5)"


def test_words_are_typed_removed_and_brought_back(qtbot: QtBot, panel: SteeringPanel) -> None:
    words = panel.words
    words.add.click()
    table = words.table
    assert words.rules() == ()
    table.item(0, 0).setText("ref")
    table.item(0, 1).setText("referee")
    words.set_rules((*words.rules(), WordRule("damn")))
    table.selectRow(0)
    with qtbot.waitSignal(panel.changed) as told:
        words.remove.click()
    assert told.args is not None
    assert told.args[0].words == (WordRule("damn"),)
    words.undo.click()
    assert words.rules() == (WordRule("ref", "referee"), WordRule("damn"))
    assert not words.undo.isEnabled()


def test_a_question_goes_out_once_and_its_answer_comes_back(
    qtbot: QtBot, panel: SteeringPanel
) -> None:
    box = panel.question
    assert not box.field.isEnabled()
    assert "while something is being watched" in box.answer_text
    panel.open_questions()
    qtbot.keyClicks(box.field, "  Who  leads? ")
    with qtbot.waitSignal(box.asked) as asked:
        qtbot.keyClick(box.field, Qt.Key.Key_Return)
    assert asked.args == ["Who leads?"]
    assert box.field.text() == ""
    assert "next round" in box.answer_text
    panel.show_put(QuestionPut(4, "Who leads?"))
    assert "looking" in box.answer_text
    panel.show_answer(QuestionAnswered(4, "Who leads?", "Reds lead."))
    assert box.answer_text == "“Who leads?”\nReds lead."
    panel.open_questions()
    panel.close_questions(can_follow=True)
    assert box.answer_text == "“Who leads?”\nReds lead."
    panel.show_answer(QuestionAnswered(4, "Who leads?", ""))
    assert "said nothing" in box.answer_text
    with qtbot.assertNotEmitted(box.asked):
        box.button.click()


def test_a_model_that_cannot_follow_says_so(panel: SteeringPanel) -> None:
    panel.follow_model(can_follow=False)
    panel.close_questions(can_follow=False)
    assert "answers no question" in panel.limits_text
    assert not panel.form.isEnabled()
    assert panel.talk.isEnabled()
    assert panel.words.isEnabled()
    assert "another model" in panel.question.answer_text
    panel.follow_model(can_follow=True)
    assert panel.form.isEnabled()
    assert panel.limits_text == ""


def test_every_control_has_a_name(panel: SteeringPanel) -> None:
    kinds = (QLineEdit, QPlainTextEdit, QComboBox, QSlider, QAbstractButton)
    buddies = {label.buddy() for label in _labels(panel)}
    for kind in kinds:
        for widget in panel.widget().findChildren(kind):
            if widget.isVisible() and widget.objectName()[:3] != "qt_":
                text = widget.text() if isinstance(widget, QAbstractButton) else ""
                assert widget.accessibleName() or text or widget in buddies, widget
