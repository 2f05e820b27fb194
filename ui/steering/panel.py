"""All controls of the Steering tab, and what they say together."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from app.errors import SteeringError
from app.steering.settings import SteeringSettings
from ui.steering.instruction_form import InstructionForm
from ui.steering.question_box import QuestionBox
from ui.steering.talk_slider import TalkSlider
from ui.steering.word_list import WordList
from ui.widgets.labels import hint

if TYPE_CHECKING:
    from PySide6.QtGui import QShowEvent

    from app.session.messages import QuestionAnswered, QuestionPut

_TYPING_MS = 600  # a sentence is told to the model once, not letter by letter


class SteeringPanel(QScrollArea):
    """Question, talkativeness, instruction, words; scrolls where the window is low.

    Signals:
        changed: The SteeringSettings that the person chose, a moment after the last change.
        shown: The panel came into sight.
    """

    changed = Signal(SteeringSettings)
    shown = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.question = QuestionBox()
        self.talk = TalkSlider()
        self.form = InstructionForm()
        self.words = WordList()
        self._kept = SteeringSettings()
        self._limits = hint("")
        self._problem = hint("")
        self._problem.setProperty("level", "bad")
        self._later = QTimer(self, singleShot=True, interval=_TYPING_MS)
        self._later.timeout.connect(self._tell)
        self._lay_out()
        for part in (self.talk, self.form, self.words):
            part.changed.connect(self._later.start)
        self.follow_model(can_follow=True)

    @property
    def limits_text(self) -> str:
        """What is said about a model that cannot be steered; empty for all others."""
        return self._limits.text()

    @property
    def problem_text(self) -> str:
        """What is wrong with what was typed; empty where nothing is."""
        return self._problem.text()

    def show_steering(self, steering: SteeringSettings) -> None:
        """Take over what `steering` says."""
        self._kept = steering
        self.talk.set_value(steering.talkativeness)
        self.form.show_steering(steering)
        self.words.set_rules(steering.words)
        self._later.stop()

    def follow_model(self, *, can_follow: bool) -> None:
        """Offer what the model can do: not every one follows instructions."""
        self.form.setEnabled(can_follow)
        text = self.tr(
            "The bundled model knows the built-in match in a few words. It follows no instruction "
            "and answers no question; talkativeness and words to replace work with it, too."
        )
        self._limits.setText("" if can_follow else text)
        self._limits.setVisible(not can_follow)

    def open_questions(self) -> None:
        """A model that can answer is watching."""
        self.question.open_box()

    def close_questions(self, *, can_follow: bool) -> None:
        """Nobody is there to answer."""
        if can_follow:
            self.question.close_box(self.tr("You can ask while something is being watched."))
        else:
            self.question.close_box(self.tr("Choose another model to ask questions."))

    def show_put(self, message: QuestionPut) -> None:
        """The question is before the model now."""
        self.question.show_put(message.question)

    def show_answer(self, message: QuestionAnswered) -> None:
        """What came of the question."""
        self.question.show_answer(message.question, message.text)

    def flush(self) -> None:
        """Tell at once what was typed last."""
        if self._later.isActive():
            self._later.stop()
            self._tell()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.shown.emit()

    def _tell(self) -> None:
        try:
            words, talkativeness = self.words.rules(), self.talk.value()
            kept = replace(self._kept, words=words, talkativeness=talkativeness)
            steering = self.form.amended(kept)
        except SteeringError as error:
            self._say_problem(str(error))
            return
        self._say_problem("")
        if steering != self._kept:
            self._kept = steering
            self.changed.emit(steering)

    def _say_problem(self, text: str) -> None:
        self._problem.setText(text)
        self._problem.setVisible(bool(text))

    def _lay_out(self) -> None:
        inner = QWidget()
        inner.setObjectName("clear")
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 8, 6, 0)
        column.setSpacing(16)
        self.setWidgetResizable(True)
        self.setWidget(inner)  # empty: moved when full, all in it is dressed anew
        for part in (self._limits, self.question, self.talk, self._problem, self.form, self.words):
            column.addWidget(part)
        column.addStretch()
        self._say_problem("")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # it scrolls to the control with the focus
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
