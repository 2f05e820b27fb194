"""The tab of what was said: edited, marked, copied and saved."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtGui import QKeySequence

from app.capture.specs import format_source
from app.transcripts.key_frames import key_frame_folder
from app.transcripts.naming import NameTemplate
from app.transcripts.notes import read_transcript
from app.transcripts.settings import TranscriptSettings
from ui.features.feature import Feature, WindowContext
from ui.icons import icon
from ui.saving import SaveDialog, Saver
from ui.transcript.editing import TranscriptEditor
from ui.transcript.panel import TranscriptPanel
from ui.widgets.notice_bar import NoticeLevel

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtWidgets import QWidget

    from app.session.messages import JournalOpened, KeyFrameKept
    from app.session.request import SessionRequest
    from app.transcripts.records import Header
    from ui.session_bridge import SessionBridge
    from ui.transcript.moment_window import MomentWindow

_MESSAGE_MS = 8000
_Keys = QKeySequence.StandardKey


class TranscriptFeature(Feature):
    """Shows the transcript of the newest session and lets a person work on it."""

    def __init__(self, context: WindowContext) -> None:
        super().__init__(context)
        self._context = context
        self._lines = context.transcript
        self._moments: MomentWindow | None = None
        self.editor = TranscriptEditor(self._lines, self)
        self.saver = Saver(self)
        deeds = context.deeds
        buttons = (deeds.mark_highlight, deeds.copy_transcript, deeds.save_as)
        self.panel = TranscriptPanel(self._lines, self.editor, buttons)
        context.side.add(self.panel, self.tr("Transcript"))
        context.preferences.add(self.tr("Transcripts"), "transcript", self._make_page)
        context.starter.amend(self._amended)
        self._add_undo()
        self._connect()
        self._follow()

    def mark_highlight(self) -> None:
        """Mark the newest line: what happens now."""
        if self._lines.rowCount():
            self.editor.mark([self._lines.rowCount() - 1], is_on=True)
            self._context.status.showMessage(self.tr("Highlight marked"), _MESSAGE_MS)

    def show_moment(self, row: int) -> None:
        """Look again at what a line was said about."""
        from ui.transcript.moment_window import MomentWindow  # loads the video library

        request = self._context.commentary.request
        if request is None:
            return
        if self._moments is None:
            self._moments = MomentWindow()
            note = partial(self._context.remote.note, "look again")
            self._moments.player.source_changed.connect(note)
        source, picture = format_source(request.source), self._lines.key_frame(row)
        self._moments.show_moment(source, self._lines.lines, row, picture)

    def save_as(self) -> None:
        """Ask for a file and write the transcript to it."""
        template = NameTemplate(self._context.settings.get(TranscriptSettings).name)
        dialog = SaveDialog(template.fill(self._header()), self._context.window)
        dialog.chosen.connect(self._save)
        dialog.open()

    def close(self) -> None:
        self.saver.wait()
        if self._moments is not None:
            self._moments.close()
            self._moments.player.wait()

    def _make_page(self) -> QWidget:
        from ui.preferences.transcripts_page import TranscriptsPage  # the first window can spare it

        return TranscriptsPage(self._context.settings)

    def _add_undo(self) -> None:
        """Undo and redo, at the top of the edit menu."""
        deeds, menu, stack = self._context.deeds, self._context.menus.edit, self.editor.stack
        undo = deeds.make("undo", self.tr("&Undo"), "undo", _Keys.Undo)
        redo = deeds.make("redo", self.tr("&Redo"), "redo", _Keys.Redo)
        first = menu.actions()[0]
        menu.insertActions(first, [undo, redo, menu.insertSeparator(first)])
        for action, name, step in (
            (undo, self.tr("&Undo"), stack.undo),
            (redo, self.tr("&Redo"), stack.redo),
        ):
            action.setText(name)
            action.setEnabled(False)
            action.triggered.connect(step)
        stack.canUndoChanged.connect(undo.setEnabled)
        stack.canRedoChanged.connect(redo.setEnabled)

    def _connect(self) -> None:
        deeds = self._context.deeds
        deeds.copy_transcript.triggered.connect(self.panel.view.copy)
        deeds.save_as.triggered.connect(self.save_as)
        deeds.mark_highlight.setIcon(icon("highlight"))
        deeds.mark_highlight.triggered.connect(self.mark_highlight)
        self.editor.failed.connect(self._note_trouble)
        self.saver.saved.connect(self._note_saved)
        self.saver.failed.connect(self._note_trouble)
        self.panel.view.moment_asked.connect(self.show_moment)
        self._context.commentary.began.connect(self._listen)
        self._lines.rowsInserted.connect(self._follow)
        self._lines.modelReset.connect(self._follow)

    def _listen(self, bridge: SessionBridge) -> None:
        bridge.journal_opened.connect(self._keep_in)
        bridge.key_frame_kept.connect(self._note_key_frame)

    def _keep_in(self, message: JournalOpened) -> None:
        self._lines.keep_in(message.path)

    def _note_key_frame(self, message: KeyFrameKept) -> None:
        self._lines.note_key_frame(message.line_index)

    def _amended(self, request: SessionRequest) -> SessionRequest:
        chosen = self._context.settings.get(TranscriptSettings)
        return replace(request, key_frame_px=chosen.kept_width_px, autosave=chosen.autosave)

    def _save(self, path: Path) -> None:
        from app.transcripts.journal import Transcript

        journal = self._lines.journal
        if journal is None:  # a session that says nothing of one
            spoken = Transcript(self._header(), self._lines.lines)
            self.saver.save(lambda: spoken, path)
        else:
            read = partial(read_transcript, journal)
            self.saver.save(read, path, key_frame_folder(journal))

    def _header(self) -> Header:
        """What the session is, with the name that it was given."""
        from app.session.start import header_of

        commentary = self._context.commentary
        assert commentary.request is not None  # without a session there is nothing to save
        header = header_of(commentary.request)
        title = self._lines.notes.title or ""
        return replace(header, started_at=commentary.began_at, title=title)

    def _follow(self) -> None:
        has_lines = self._lines.rowCount() > 0
        deeds = self._context.deeds
        deeds.save_as.setEnabled(has_lines)
        deeds.copy_transcript.setEnabled(has_lines)
        deeds.mark_highlight.setEnabled(has_lines and self._lines.journal is not None)

    def _note_saved(self, path: Path) -> None:
        self._context.status.showMessage(self.tr("Saved {0}").format(path), _MESSAGE_MS)

    def _note_trouble(self, reason: str) -> None:
        self._context.notice.show_notice(reason, NoticeLevel.ERROR)
