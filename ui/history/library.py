"""What the history window asks of the disk, done in one thread beside the GUI thread."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.errors import AppError
from app.transcripts.journal import Transcript, read_journal
from app.transcripts.notes import Notes, read_notes

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from app.history.index import HistoryIndex
    from app.transcripts.saving import ExportPlan

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class OpenedSession:
    """A session that was read.

    Attributes:
        kept: The journal, as it was written.
        hits: The numbers of the lines in which the words looked for are found.
    """

    journal: Path
    kept: Transcript
    notes: Notes
    hits: tuple[int, ...]


class HistoryLibrary(QObject):
    """Lists, opens and exports sessions; what is asked for comes back as a signal.

    Signals:
        listed: A tuple of SessionEntry, for the newest search.
        opened: An OpenedSession.
        exported: A tuple of the Paths written.
        failed: One sentence.
    """

    listed = Signal(tuple)
    opened = Signal(OpenedSession)
    exported = Signal(tuple)
    failed = Signal(str)

    def __init__(self, index: HistoryIndex, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._index = index
        self._newest = 0
        self._is_closed = False
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="history")

    def search(self, words: str, *, refresh: bool = False) -> None:
        """List sessions; with `refresh`, look first for what is new on the disk."""
        self._newest += 1
        self._submit(self._list, words, self._newest, refresh=refresh)

    def open(self, journal: Path, words: str) -> None:
        """Read a session, and find the words in it."""
        self._submit(self._open, journal, words)

    def export(self, plan: ExportPlan, journal: Path) -> None:
        """Write exports of a session."""
        self._submit(self._export, plan, journal)

    def close(self) -> None:
        """End once what was begun is done, at exit only; what is asked for later is not done."""
        self._is_closed = True
        self._worker.shutdown(cancel_futures=True)

    def _submit(self, work: Callable[..., None], *args: object, **named: object) -> None:
        if not self._is_closed:  # a list that is shown late still chooses its first session
            self._worker.submit(self._guarded, partial(work, *args, **named))

    def _guarded(self, work: Callable[[], None]) -> None:
        try:
            work()
        except AppError as error:
            self.failed.emit(str(error))
        except Exception:  # the thread's edge: nobody above would see it
            logger.exception("the history's thread could not do its work")
            self.failed.emit(self.tr("The history has an internal error; the log tells more."))

    def _list(self, words: str, number: int, *, refresh: bool) -> None:
        if refresh:
            self._index.refresh()
        if number == self._newest:  # else more was typed meanwhile
            self.listed.emit(self._index.sessions(words))

    def _open(self, journal: Path, words: str) -> None:
        hits = self._index.hits(journal, words)
        self.opened.emit(OpenedSession(journal, read_journal(journal), read_notes(journal), hits))

    def _export(self, plan: ExportPlan, journal: Path) -> None:
        self.exported.emit(plan.write(journal))
