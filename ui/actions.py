"""What can be done in the main window, with its names, icons and shortcuts."""

from __future__ import annotations

import sys

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence

from app.session.state import SessionState
from ui.icons import icon

_Keys = QKeySequence.StandardKey
_PORTABLE = QKeySequence.SequenceFormat.PortableText


def own_keys(keys: str, *, on_macos: str) -> str:
    """`keys`, or others where macOS itself takes those: Ctrl is Command there."""
    return on_macos if sys.platform == "darwin" else keys


class Actions(QObject):
    """The actions of the window: those that several parts share as attributes, all by their keys.

    `mute`, `show_overlay`, `mark_highlight` and `jump_to_now` are disabled until the feature that
    does it connects and enables them.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._by_key: dict[str, QAction] = {}
        self._default_keys: dict[str, str] = {}
        self._make_for_files()
        self._make_for_sessions()
        self._make_for_parts()
        self.follow_state(SessionState.IDLE, is_active=False)

    @property
    def by_key(self) -> dict[str, QAction]:
        """All actions by the names under which their shortcuts are kept."""
        return dict(self._by_key)

    def make(
        self,
        key: str,
        text: str,
        icon_name: str | None = None,
        keys: QKeySequence.StandardKey | str | None = None,
    ) -> QAction:
        """A new action.

        Args:
            key: The name under which its shortcut is kept; never changed.
            text: As menus show it.
            icon_name: A file in `assets/icons`.
            keys: Its shortcut where the person chose no other.
        """
        assert key not in self._by_key
        action = QAction(text, self)
        action.setObjectName(key)
        if icon_name is not None:
            action.setIcon(icon(icon_name))
        if keys is not None:
            action.setShortcut(QKeySequence(keys))
        self._by_key[key] = action
        self._default_keys[key] = action.shortcut().toString(_PORTABLE)
        return action

    def default_keys(self, key: str) -> str:
        """The shortcut that an action was made with, as settings keep it; empty for none."""
        return self._default_keys[key]

    def follow_state(self, state: SessionState, *, is_active: bool) -> None:
        """Allow what the session's state allows."""
        self.start.setEnabled(not is_active)
        self.pause.setEnabled(state in {SessionState.RUNNING, SessionState.PAUSED} and is_active)
        self.stop.setEnabled(is_active and state is not SessionState.STOPPING)
        paused = state is SessionState.PAUSED and is_active
        self.pause.setText(self.tr("&Resume") if paused else self.tr("&Pause"))
        self.pause.setIcon(icon("play" if paused else "pause"))

    def _make_for_files(self) -> None:
        self.open_video = self.make("open_video", self.tr("&Open video…"), "film", _Keys.Open)
        self.save_as = self.make("save_as", self.tr("&Save transcript as…"), "save", _Keys.Save)
        self.copy_transcript = self.make(
            "copy_transcript", self.tr("&Copy transcript"), "copy", "Ctrl+Shift+C"
        )
        self.quit = self.make("quit", self.tr("&Quit"), "quit", "Ctrl+Q")

    def _make_for_sessions(self) -> None:
        self.start = self.make("start", self.tr("&Start"), "play", "F5")
        self.pause = self.make("pause", self.tr("&Pause"), "pause", "Space")
        self.stop = self.make("stop", self.tr("S&top"), "stop", "Shift+F5")
        self.mute = self.make("mute", self.tr("Spea&k aloud"), "speaker-off", "Ctrl+U")
        keys = own_keys("Ctrl+H", on_macos="Ctrl+D")  # Command+H hides the program
        self.mark_highlight = self.make(
            "mark_highlight", self.tr("Mark a &highlight"), "highlight", keys
        )
        self.jump_to_now = self.make("jump_to_now", self.tr("&Jump to now"), "now", "Ctrl+J")
        for action in (self.mute, self.mark_highlight, self.jump_to_now):
            action.setEnabled(False)

    def _make_for_parts(self) -> None:
        self.show_sources = self._switch("show_sources", self.tr("&Source panel"), "F9", on=True)
        self.show_side = self._switch("show_side", self.tr("S&ide panel"), "F10", on=True)
        self.show_overlay = self._switch(
            "show_overlay", self.tr("Subtitle &overlay"), "Ctrl+Shift+O", on=False
        )
        self.show_overlay.setEnabled(False)
        self.full_screen = self._switch("full_screen", self.tr("&Full screen"), "F11", on=False)

    def _switch(self, key: str, text: str, keys: str, *, on: bool) -> QAction:
        action = self.make(key, text, None, keys)
        action.setCheckable(True)
        action.setChecked(on)
        return action
