"""One past session: its name and lines, and the player that shows their moments."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QSplitter,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ui.icons import icon
from ui.transcript.editing import TranscriptEditor
from ui.transcript.model import TranscriptModel
from ui.transcript.moment_player import MomentPlayer
from ui.transcript.view import TranscriptView
from ui.widgets.labels import heading, hint

if TYPE_CHECKING:
    from pathlib import Path

    from app.transcripts.records import Header
    from ui.history.library import OpenedSession

_PLAYER_HEIGHT_PX, _LEAST_LIST_PX = 330, 90


class SessionDetails(QWidget):
    """Shows a session that was opened, and lets a person work on it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = TranscriptModel(self)
        self.editor = TranscriptEditor(self.model, self)
        self.view = TranscriptView(self.model, self.editor)
        self.player = MomentPlayer()
        self.acts = DetailActions(self, self.editor)
        self._opened: OpenedSession | None = None
        self._hits: list[int] = []  # rows
        self._hit = 0
        self._name = heading("")
        self._facts = hint("")
        self._place = QLabel()
        self._lay_out()
        self._clear()
        self.view.moment_asked.connect(self.show_moment)
        self.editor.changed.connect(self._show_name)
        self.acts.next_hit.triggered.connect(lambda: self._go_to_hit(self._hit + 1))
        self.acts.previous_hit.triggered.connect(lambda: self._go_to_hit(self._hit - 1))

    @property
    def journal(self) -> Path | None:
        """The session that is shown."""
        return self.model.journal

    @property
    def header(self) -> Header:
        """What it is of, with the name that it was given."""
        assert self._opened is not None  # without a session nothing asks
        return self._opened.kept.header

    def show_session(self, opened: OpenedSession) -> None:
        """Show a session from its first hit on, else from its start.

        One that is shown already stays where the person is in it; lines that came are added.
        """
        before, self._opened = self._opened, opened
        if before is not None and _goes_on(before, opened):
            for line in opened.kept.spoken[len(before.kept.spoken) :]:
                self.model.append(line)
        else:
            self._load(opened)
        self._show_name()
        self.acts.allow(has_lines=self.model.rowCount() > 0, has_hits=bool(self._hits))

    def _load(self, opened: OpenedSession) -> None:
        if opened.journal != self.journal:
            self.player.release()
            self.player.hide()
        self.model.load(opened.journal, opened.kept, opened.notes)
        rows = (self.model.row_of(index) for index in opened.hits)
        self._hits = [row for row in rows if row is not None]
        self._go_to_hit(0)
        if not self._hits:
            self.view.show_start()

    def show_nothing(self) -> None:
        """Show that no session is open."""
        self.player.release()
        self.player.hide()
        self.model.clear()
        self._clear()

    def show_moment(self, row: int) -> None:
        """Show the moment of a line above the lines."""
        self.player.show()
        self.player.show_moment(
            self.header.source, self.model.lines, row, self.model.key_frame(row)
        )
        self.view.selectRow(row)
        QTimer.singleShot(0, self.view, self.view.show_current)  # once the player took its room

    def _clear(self) -> None:
        self._opened = None
        self._hits = []
        self._name.setText("")
        self._facts.setText(self.tr("Choose a session on the left."))
        self._place.clear()
        self.acts.allow(has_lines=False, has_hits=False)
        self.acts.allow_none()

    def _show_name(self) -> None:
        if self._opened is None:
            return
        header = self.header
        self._name.setText(self.model.notes.title or header.title or header.source)
        self._facts.setText(self.tr("{0}, with {1}").format(header.source, header.model))

    def _go_to_hit(self, number: int) -> None:
        if not self._hits:
            self._place.clear()
            return
        self._hit = number % len(self._hits)
        self.view.show_row(self._hits[self._hit])
        self._place.setText(self.tr("{0} of {1}").format(self._hit + 1, len(self._hits)))

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        names = QVBoxLayout()
        names.addWidget(self._name)
        names.addWidget(self._facts)
        row.addLayout(names, 1)
        row.addWidget(self._place)
        for action in self.acts.buttons:
            button = QToolButton()
            button.setProperty("role", "flat")
            button.setDefaultAction(action)
            button.setVisible(action.isVisible())
            action.visibleChanged.connect(partial(_follow_action, button, action))
            row.addWidget(button)
        parts = QSplitter(Qt.Orientation.Vertical)
        parts.setChildrenCollapsible(False)
        parts.addWidget(self.player)
        parts.addWidget(self.view)
        parts.setStretchFactor(1, 1)
        parts.setSizes([_PLAYER_HEIGHT_PX, _PLAYER_HEIGHT_PX])
        self.view.setMinimumHeight(_LEAST_LIST_PX)
        self.player.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(row)
        column.addWidget(parts, 1)


def _goes_on(before: OpenedSession, opened: OpenedSession) -> bool:
    """Whether `opened` is `before`, perhaps with further lines."""
    spoken = before.kept.spoken
    return (before.journal, before.hits, spoken) == (
        opened.journal,
        opened.hits,
        opened.kept.spoken[: len(spoken)],
    )


def _follow_action(button: QToolButton, action: QAction) -> None:
    """Outside a tool bar, buttons do not hide with their actions."""
    button.setVisible(action.isVisible())


class DetailActions(QObject):
    """What can be done with the session that is open, with shortcuts for its window."""

    def __init__(self, owner: QWidget, editor: TranscriptEditor) -> None:
        super().__init__(owner)
        keys = QKeySequence.StandardKey
        self._owner = owner
        self.previous_hit = self._make(self.tr("Previous hit"), "chevron-up", keys.FindPrevious)
        self.next_hit = self._make(self.tr("Next hit"), "chevron-down", keys.FindNext)
        self.undo = self._make(self.tr("Undo"), "undo", keys.Undo)
        self.redo = self._make(self.tr("Redo"), "redo", keys.Redo)
        self.rename = self._make(self.tr("Rename…"), "edit", None)
        self.times = self._make(self.tr("Repair times…"), "clock", None)
        self.export = self._make(self.tr("Export…"), "save", keys.Save)
        self.delete = self._make(self.tr("Move to trash"), "trash", None)
        self.buttons = (
            self.previous_hit, self.next_hit, self.undo, self.redo, self.rename, self.times,
            self.export, self.delete,
        )  # fmt: skip
        stack = editor.stack
        self.undo.triggered.connect(stack.undo)
        self.redo.triggered.connect(stack.redo)
        stack.canUndoChanged.connect(self.undo.setEnabled)
        stack.canRedoChanged.connect(self.redo.setEnabled)

    def allow(self, *, has_lines: bool, has_hits: bool) -> None:
        """Allow what can be done with the session that was opened."""
        for action in (self.previous_hit, self.next_hit):
            action.setEnabled(has_hits)
            action.setVisible(has_hits)
        for action in (self.times, self.export):
            action.setEnabled(has_lines)
        for action in (self.rename, self.delete):
            action.setEnabled(True)

    def allow_none(self) -> None:
        """Nothing is open."""
        for action in self.buttons:
            action.setEnabled(False)

    def _make(self, text: str, icon_name: str, keys: QKeySequence.StandardKey | None) -> QAction:
        action = QAction(icon(icon_name), text, self)
        if keys is not None:
            action.setShortcut(QKeySequence(keys))
        shortcut = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        action.setToolTip(f"{text} ({shortcut})" if shortcut else text)
        self._owner.addAction(action)
        return action
