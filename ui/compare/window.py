"""Stretch after stretch of a video with two commentaries, of which a person prefers one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from engine.evaluation.compare.cli import KEYS, describe
from ui.compare.stretch_player import StretchPlayer
from ui.fitting import fitting
from ui.transcript.model import clock
from ui.widgets.labels import heading, hint

if TYPE_CHECKING:
    from PySide6.QtGui import QCloseEvent

    from engine.evaluation.compare.blind import Choice, Stretch
    from engine.evaluation.compare.comparison import Comparison

_MOST_TEXT_PX = 96
_CENTRE = Qt.AlignmentFlag.AlignHCenter


class CompareWindow(QWidget):
    """Plays what is left to be judged, and keeps each vote as it is cast.

    Nothing in it tells which commentary is whose before all is judged.

    Attributes:
        player: The video with both commentaries.
        texts: All that either says in the stretch.
        buttons: By the choice that they make.
        result: What came of it, once all is judged.
    """

    def __init__(self, comparison: Comparison, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._comparison = comparison
        self._left = comparison.left()
        self._number = 0
        self.player = StretchPlayer()
        self.texts = (self._make_text(1), self._make_text(2))
        self.buttons = {
            "first": self._make_button(self.tr("&1 is better"), "first"),
            "tie": self._make_button(self.tr("&Neither is better"), "tie"),
            "second": self._make_button(self.tr("&2 is better"), "second"),
        }
        self.result = QLabel()
        self._place = heading("")
        self._pages = QStackedWidget()
        self._pages.addWidget(self._make_judging())
        self._pages.addWidget(self._make_end())
        QVBoxLayout(self).addWidget(self._pages)
        self.setWindowTitle(self.tr("Which commentary is better? — Kibitz"))
        self.resize(fitting(QSize(860, 760)))
        self._set_keys()
        self._show_next()

    @property
    def stretch(self) -> Stretch | None:
        """What is judged now; None once all is."""
        return self._left[self._number] if self._number < len(self._left) else None

    def vote(self, choice: Choice) -> None:
        """Keep a vote on the stretch that is shown, and go on to the next."""
        if self.stretch is not None:
            self._comparison.cast(self.stretch, choice)
            self._number += 1
            self._show_next()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.player.release()
        super().closeEvent(event)

    def _show_next(self) -> None:
        stretch = self.stretch
        if stretch is None:
            self._show_result()
            return
        for box, text in zip(self.texts, stretch.shown, strict=True):
            box.setPlainText(text or self.tr("(nothing)"))
        self._place.setText(
            self.tr("{0} of {1}:  {2} to {3}").format(
                self._number + 1, len(self._left), clock(stretch.start_s), clock(stretch.end_s)
            )
        )
        source = str(self._comparison.settings.video.resolve())
        self.player.play_stretch(source, stretch, self._comparison.shown_lines(stretch))
        self.player.play_button.setFocus()  # the space key must not vote twice

    def _show_result(self) -> None:
        self.player.release()
        self.result.setText(describe(self._comparison.result()))
        self._pages.setCurrentIndex(1)

    def _set_keys(self) -> None:
        QShortcut(QKeySequence(Qt.Key.Key_Escape), self, self.close)
        for key, choice in KEYS.items():
            QShortcut(QKeySequence(key), self, self.buttons[choice].click)

    def _make_judging(self) -> QWidget:
        page = QWidget()
        grid = QGridLayout(page)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.addWidget(self._place, 0, 0, 1, 3)
        grid.addWidget(self.player, 1, 0, 1, 3)
        grid.setRowStretch(1, 1)
        texts = QHBoxLayout()
        for number, box in enumerate(self.texts, start=1):
            texts.addWidget(heading(str(number), box))
            texts.addWidget(box)
        grid.addLayout(texts, 2, 0, 1, 3)
        for column, button in enumerate(self.buttons.values()):
            grid.addWidget(button, 3, column)
        keys = self.tr("Keys: 1, 2 and = vote, Esc leaves. Votes are kept as they are cast.")
        grid.addWidget(hint(keys), 4, 0, 1, 3)
        return page

    def _make_end(self) -> QWidget:
        page = QWidget()
        self.result.setWordWrap(True)
        self.result.setAlignment(Qt.AlignmentFlag.AlignCenter)
        close = QPushButton(self.tr("&Close"))
        close.clicked.connect(self.close)
        layout = QVBoxLayout(page)
        layout.addStretch()
        layout.addWidget(heading(self.tr("All stretches are judged.")), 0, _CENTRE)
        layout.addWidget(self.result)
        layout.addWidget(close, 0, _CENTRE)
        layout.addStretch()
        return page

    def _make_text(self, number: int) -> QPlainTextEdit:
        box = QPlainTextEdit()
        box.setReadOnly(True)
        box.setTabChangesFocus(True)
        box.setMaximumHeight(_MOST_TEXT_PX)
        box.setAccessibleName(self.tr("Commentary {0}").format(number))
        return box

    def _make_button(self, text: str, choice: Choice) -> QPushButton:
        button = QPushButton(text)
        button.clicked.connect(lambda: self.vote(choice))
        return button
