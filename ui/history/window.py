"""The window of past sessions: a list with a search box, and the session that is chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QFrame,
    QInputDialog,
    QLineEdit,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from app.errors import TranscriptError
from app.transcripts.settings import TranscriptSettings
from ui.fitting import fitting
from ui.history.export_dialog import ExportDialog
from ui.history.session_details import SessionDetails
from ui.history.session_list import SessionList
from ui.history.times_dialog import TimesDialog
from ui.history.trash import Discarded, discard
from ui.history.wording import sessions_in_words
from ui.widgets.labels import hint
from ui.widgets.notice_bar import NoticeBar, NoticeLevel

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtGui import QCloseEvent, QKeyEvent, QShowEvent

    from app.history.entry import SessionEntry
    from app.settings.store import SettingsStore
    from app.transcripts.saving import ExportPlan
    from ui.history.library import HistoryLibrary, OpenedSession

_TYPING_PAUSE_MS = 200
_LIST_WIDTH_PX = 260


class HistoryWindow(QWidget):
    """Lists the sessions that were kept and shows one of them.

    Signals:
        noted: The journal of a session in which something was changed.
    """

    noted = Signal(object)

    def __init__(
        self, library: HistoryLibrary, settings: SettingsStore, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Session history — Kibitz"))
        self.resize(fitting(QSize(1080, 700)))
        self._library = library
        self._settings = settings
        self._discarded: Discarded | None = None
        self.search = QLineEdit()
        self.sessions = SessionList()
        self.details = SessionDetails()
        self.notice = NoticeBar()
        self._count = hint("")
        self._restore = QAction(self.tr("&Put back"), self)
        self._typed = QTimer(self, singleShot=True, interval=_TYPING_PAUSE_MS)
        self._lay_out()
        self._connect()

    def refresh(self) -> None:
        """Look again for what is on the disk."""
        self._library.search(self.search.text(), refresh=True)

    def delete(self) -> None:
        """Move the session to the trash; a button in the banner puts it back."""
        journal = self.details.journal
        if journal is None:
            return
        self.details.player.release()  # it may hold the key frames
        try:
            self._discarded = discard(journal)
        except TranscriptError as error:
            self._warn(str(error))
            return
        sentence = self.tr("The session was moved to the trash.")
        self.notice.show_notice(sentence, NoticeLevel.INFO, self._restore)
        self.refresh()

    def restore(self) -> None:
        """Take the session that was deleted last out of the trash."""
        discarded, self._discarded = self._discarded, None
        if discarded is None:
            return
        self.notice.hide()
        try:
            discarded.restore()
        except TranscriptError as error:
            self._warn(str(error))
        self.refresh()

    def rename(self) -> QInputDialog:
        """Ask for another name."""
        dialog = QInputDialog(self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle(self.tr("Rename session"))
        dialog.setLabelText(self.tr("Name, or nothing for its own:"))
        dialog.setTextValue(self.details.model.notes.title or "")
        dialog.textValueSelected.connect(self.details.editor.rename)
        dialog.textValueSelected.connect(self.refresh)
        dialog.open()
        return dialog

    def repair_times(self) -> TimesDialog:
        """Ask how the times are to be mended: between the selected lines, or first and last."""
        model, rows = self.details.model, self.details.view.selected_rows
        first, last = (rows[0], rows[-1]) if len(rows) > 1 else (0, model.rowCount() - 1)
        dialog = TimesDialog(
            model.kept_line(first), model.kept_line(last), model.notes.timing, self
        )
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.chosen.connect(self.details.editor.retime)
        dialog.open()
        return dialog

    def export(self) -> ExportDialog:
        """Ask for formats and folder."""
        header = self.details.header
        dialog = ExportDialog(header, self._settings.get(TranscriptSettings), self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.planned.connect(self._export)
        dialog.open()
        return dialog

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.details.player.release()
        super().closeEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Show what was changed elsewhere meanwhile."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow():
            self._refresh_notes()

    def _refresh_notes(self) -> None:
        try:
            self.details.model.refresh_notes()
        except TranscriptError as error:
            self._warn(str(error))

    def _lay_out(self) -> None:
        self.search.setPlaceholderText(self.tr("Search in all sessions"))
        self.search.setAccessibleName(self.tr("Search in all sessions"))
        left, listing = _panel()
        listing.addWidget(self.search)
        listing.addWidget(self.sessions, 1)
        listing.addWidget(self._count)
        left.setMinimumWidth(_LIST_WIDTH_PX)
        right, reading = _panel()
        reading.addWidget(self.details)
        parts = QSplitter(Qt.Orientation.Horizontal)
        parts.setHandleWidth(10)
        parts.setChildrenCollapsible(False)
        parts.addWidget(left)
        parts.addWidget(right)
        parts.setStretchFactor(1, 1)
        parts.setSizes([340, 740])
        column = QVBoxLayout(self)
        column.addWidget(self.notice)
        column.addWidget(parts, 1)
        self.search.setFocus()

    def _connect(self) -> None:
        library, acts = self._library, self.details.acts
        self.search.textChanged.connect(self._typed.start)
        self._typed.timeout.connect(self._search)
        self.sessions.chosen.connect(self._open)
        library.listed.connect(self._list)
        library.opened.connect(self._show)
        library.exported.connect(self._note_export)
        library.failed.connect(self._warn)
        acts.delete.triggered.connect(self.delete)
        acts.rename.triggered.connect(self.rename)
        acts.times.triggered.connect(self.repair_times)
        acts.export.triggered.connect(self.export)
        self._restore.triggered.connect(self.restore)
        self.details.editor.failed.connect(self._warn)
        self.details.editor.changed.connect(self._tell)
        QShortcut(QKeySequence.StandardKey.Find, self).activated.connect(self._look_for)

    def _search(self) -> None:
        self._library.search(self.search.text())

    def _look_for(self) -> None:
        self.search.setFocus()
        self.search.selectAll()

    def _list(self, entries: tuple[SessionEntry, ...]) -> None:
        self.sessions.show_entries(entries)
        self._count.setText(sessions_in_words(len(entries)))
        if not entries:
            self.details.show_nothing()

    def _open(self, entry: SessionEntry) -> None:
        if entry.problem:
            self.details.show_nothing()
            self._warn(entry.problem)
        else:
            self._library.open(entry.journal, self.search.text())

    def _show(self, opened: OpenedSession) -> None:
        current = self.sessions.current
        if current is not None and current.journal == opened.journal:  # else it was left again
            self.details.show_session(opened)
            self._refresh_notes()  # the library may have read them before the newest was taken

    def _export(self, plan: ExportPlan) -> None:
        journal = self.details.journal
        if journal is not None:
            self._library.export(plan, journal)

    def _note_export(self, paths: tuple[Path, ...]) -> None:
        names = ", ".join(path.name for path in paths)
        sentence = self.tr("Exported to {0}: {1}.").format(paths[0].parent, names)
        self.notice.show_notice(sentence)

    def _tell(self) -> None:
        self.noted.emit(self.details.journal)

    def _warn(self, sentence: str) -> None:
        self.notice.show_notice(sentence, NoticeLevel.WARNING)


def _panel() -> tuple[QFrame, QVBoxLayout]:
    panel = QFrame()
    panel.setObjectName("panel")
    layout = QVBoxLayout(panel)
    layout.setContentsMargins(14, 12, 14, 12)
    return panel, layout
