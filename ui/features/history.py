"""Past sessions: the window that lists them, and what is recovered after a crash."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

from app.errors import TranscriptError
from app.paths import history_file, journal_folder
from ui.features.feature import Feature, WindowContext
from ui.history.recovery import RecoverySearch
from ui.history.wording import lines_in_words, sessions_in_words
from ui.widgets.notice_bar import NoticeLevel

if TYPE_CHECKING:
    from pathlib import Path

    from app.transcripts.recovery import Recovered
    from ui.history.library import HistoryLibrary
    from ui.history.window import HistoryWindow


_AFTER_THE_START_MS = 300  # the window comes first


class HistoryFeature(Feature):
    """Opens the history; recovers what broke off, at the start and after a session's crash."""

    def __init__(self, context: WindowContext) -> None:
        super().__init__(context)
        self._context = context
        self._library: HistoryLibrary | None = None
        self.window: HistoryWindow | None = None
        self._action = context.deeds.make(
            "history", self.tr("Session &history"), "history", "Ctrl+Shift+H"
        )
        self._action.triggered.connect(self.show_history)
        context.menus.add_to_file(self._action)
        self._recovery = RecoverySearch(journal_folder(), self)
        self._recovery.found.connect(self._tell)
        self._is_at_start = True
        QTimer.singleShot(_AFTER_THE_START_MS, self._recovery, self._recovery.start)
        context.commentary.ended.connect(self._note_end)

    def show_history(self) -> None:
        """Open the window of past sessions."""
        if self.window is None:
            # These load what the first window can spare.
            from app.history.index import HistoryIndex
            from ui.history.library import HistoryLibrary
            from ui.history.window import HistoryWindow

            index = HistoryIndex(journal_folder(), history_file())
            self._library = HistoryLibrary(index, self)
            self.window = HistoryWindow(self._library, self._context.settings)
            self.window.noted.connect(self._take_over)
            note = partial(self._context.remote.note, "history")
            self.window.details.player.source_changed.connect(note)
        self.window.show()
        self.window.raise_()
        self.window.activateWindow()

    def close(self) -> None:
        if self.window is not None:
            self.window.close()
            self.window.details.player.wait()
        if self._library is not None:
            self._library.close()
        self._recovery.wait()

    def _tell(self, recovered: tuple[Recovered, ...]) -> None:
        if self._is_at_start:
            sessions = sessions_in_words(len(recovered))
            lines = lines_in_words(sum(len(one.transcript.spoken) for one in recovered))
            sentence = self.tr("Kibitz was cut off last time: {0} with {1} recovered.")
            self._context.notice.show_notice(
                sentence.format(sessions, lines), NoticeLevel.INFO, self._action
            )
        self._refresh()

    def _note_end(self) -> None:
        """A session may have ended with its process, which the banner says then."""
        self._is_at_start = False
        self._recovery.start()
        self._refresh()

    def _refresh(self) -> None:
        if self.window is not None and self.window.isVisible():
            self.window.refresh()

    def _take_over(self, journal: Path | None) -> None:
        """Show a change of the session in the main window, where it is the same one."""
        lines = self._context.transcript
        if journal is not None and journal == lines.journal:
            try:
                lines.refresh_notes()
            except TranscriptError as error:
                self._context.notice.show_notice(str(error), NoticeLevel.ERROR)
