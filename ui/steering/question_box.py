"""A question to the model, and what it said to it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from ui.widgets.labels import heading

_MAX_CHARS = 300


class QuestionBox(QWidget):
    """Takes one question at a time; the commentary goes on meanwhile.

    Signals:
        asked: The question that goes to the model with the next round.
    """

    asked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = QLineEdit()
        self.field.setMaxLength(_MAX_CHARS)
        self.field.setPlaceholderText(self.tr("Who leads?"))
        self.field.setAccessibleName(self.tr("Question"))
        self.button = QPushButton(self.tr("As&k"))
        self._answer = QLabel()
        self._answer.setWordWrap(True)
        self._answer.setAccessibleName(self.tr("Answer"))
        row = QHBoxLayout()
        row.addWidget(self.field, 1)
        row.addWidget(self.button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(heading(self.tr("&Question"), self.field))
        layout.addLayout(row)
        layout.addWidget(self._answer)
        self.field.returnPressed.connect(self._ask)
        self.button.clicked.connect(self._ask)
        self.close_box(self.tr("You can ask while something is being watched."))

    @property
    def answer_text(self) -> str:
        """What stands under the question."""
        return self._answer.text()

    def open_box(self) -> None:
        """Take questions: a model that can answer is watching."""
        if not self.button.isEnabled():
            self._allow(on=True)
            self._say("", is_quiet=True)

    def close_box(self, why: str) -> None:
        """Take none, and say why; an answer that stands there stays."""
        self._allow(on=False)
        if not self._is_answer():
            self._say(why, is_quiet=True)

    def show_put(self, question: str) -> None:
        """The question is before the model now."""
        self._say(self.tr("“{0}” — the model is looking…").format(question), is_quiet=True)

    def show_answer(self, question: str, answer: str) -> None:
        """What came of it; an empty `answer` is none."""
        said = answer or self.tr("The model said nothing to it; try other words.")
        self._say(f"“{question}”\n{said}", is_quiet=not answer)

    def _ask(self) -> None:
        question = " ".join(self.field.text().split())
        if question and self.button.isEnabled():
            self.field.clear()
            self._say(self.tr("“{0}” — goes with the next round.").format(question), is_quiet=True)
            self.asked.emit(question)

    def _allow(self, *, on: bool) -> None:
        self.field.setEnabled(on)
        self.button.setEnabled(on)

    def _is_answer(self) -> bool:
        return bool(self._answer.text()) and self._answer.property("role") == "answer"

    def _say(self, text: str, *, is_quiet: bool) -> None:
        self._answer.setProperty("role", "muted" if is_quiet else "answer")
        self._answer.style().unpolish(self._answer)  # the style sheet looks at the role
        self._answer.style().polish(self._answer)
        self._answer.setText(text)
        self._answer.setVisible(bool(text))
