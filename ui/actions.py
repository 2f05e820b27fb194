"""What can be done in the main window, with its names, icons and shortcuts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence

from app.session.state import SessionState
from ui.icons import icon

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMenuBar

_Keys = QKeySequence.StandardKey


class Actions(QObject):
    """The actions of the main window, as attributes; the window connects them."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.open_video = self._make(self.tr("&Open video…"), "film", _Keys.Open)
        self.save_as = self._make(self.tr("&Save transcript as…"), "save", _Keys.Save)
        self.quit = self._make(self.tr("&Quit"), "quit", "Ctrl+Q")
        self.start = self._make(self.tr("&Start"), "play", "F5")
        self.pause = self._make(self.tr("&Pause"), "pause", "Space")
        self.stop = self._make(self.tr("S&top"), "stop", "Shift+F5")
        self.copy_transcript = self._make(self.tr("&Copy transcript"), "copy", "Ctrl+Shift+C")
        self.show_sources = self._make_switch(self.tr("&Source panel"), "F9")
        self.show_transcript = self._make_switch(self.tr("&Transcript"), "F10")
        self.full_screen = self._make(self.tr("&Full screen"), None, "F11")
        self.full_screen.setCheckable(True)
        self.match_window = self._make(self.tr("Play the built-in &match…"), "match", None)
        self.help = self._make(self.tr("Kibitz &help"), "help", _Keys.HelpContents)
        self.about = self._make(self.tr("&About Kibitz"), "info", None)
        self.follow_state(SessionState.IDLE, is_active=False)

    def fill(self, bar: QMenuBar) -> None:
        """Put the actions into menus."""
        menus: list[tuple[str, list[QAction | None]]] = [
            (self.tr("&File"), [self.open_video, None, self.save_as, None, self.quit]),
            (self.tr("&Commentary"), [self.start, self.pause, self.stop]),
            (self.tr("&Edit"), [self.copy_transcript]),
            (
                self.tr("&View"),
                [
                    self.show_sources,
                    self.show_transcript,
                    self.full_screen,
                    None,
                    self.match_window,
                ],
            ),
            (self.tr("&Help"), [self.help, self.about]),
        ]
        for title, actions in menus:
            menu = bar.addMenu(title)
            for action in actions:
                if action is None:
                    menu.addSeparator()
                else:
                    menu.addAction(action)

    def follow_state(self, state: SessionState, *, is_active: bool) -> None:
        """Allow what the session's state allows."""
        self.start.setEnabled(not is_active)
        self.pause.setEnabled(state in {SessionState.RUNNING, SessionState.PAUSED} and is_active)
        self.stop.setEnabled(is_active and state is not SessionState.STOPPING)
        paused = state is SessionState.PAUSED and is_active
        self.pause.setText(self.tr("&Resume") if paused else self.tr("&Pause"))
        self.pause.setIcon(icon("play" if paused else "pause"))

    def _make(
        self, text: str, icon_name: str | None, keys: QKeySequence.StandardKey | str | None
    ) -> QAction:
        action = QAction(text, self)
        if icon_name is not None:
            action.setIcon(icon(icon_name))
        if keys is not None:
            action.setShortcut(QKeySequence(keys))
        return action

    def _make_switch(self, text: str, keys: str) -> QAction:
        action = self._make(text, None, keys)
        action.setCheckable(True)
        action.setChecked(True)
        return action
