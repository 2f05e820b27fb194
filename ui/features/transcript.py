"""The tab of what was said, which can be copied and saved."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ui.features.feature import Feature, WindowContext
from ui.widgets.notice_bar import NoticeLevel
from ui.widgets.side_panel import TranscriptPanel

if TYPE_CHECKING:
    from pathlib import Path

_MESSAGE_MS = 8000


class TranscriptFeature(Feature):
    """Shows, copies and saves the transcript of the newest session."""

    def __init__(self, context: WindowContext) -> None:
        super().__init__(context)
        self._context = context
        self._lines = context.transcript
        self.panel = TranscriptPanel(self._lines, context.deeds)
        context.side.add(self.panel, self.tr("Transcript"))
        deeds = context.deeds
        deeds.copy_transcript.triggered.connect(self.panel.view.copy)
        deeds.save_as.triggered.connect(self.save_as)
        self._lines.rowsInserted.connect(self._follow)
        self._lines.modelReset.connect(self._follow)
        self._follow()

    def save_as(self) -> None:
        """Ask for a file and write the transcript to it."""
        # These load what the first window can spare.
        from app.session.start import header_of
        from app.transcripts.journal import Transcript
        from ui.saving import SaveDialog

        commentary = self._context.commentary
        assert commentary.request is not None  # without a session there is nothing to save
        header = replace(header_of(commentary.request), started_at=commentary.began_at)
        dialog = SaveDialog(Transcript(header, self._lines.lines), self._context.window)
        dialog.saved.connect(self._note_saved)
        dialog.failed.connect(self._note_unsaved)
        dialog.open()

    def _follow(self) -> None:
        has_lines = self._lines.rowCount() > 0
        self._context.deeds.save_as.setEnabled(has_lines)
        self._context.deeds.copy_transcript.setEnabled(has_lines)

    def _note_saved(self, path: Path) -> None:
        self._context.status.showMessage(self.tr("Saved {0}").format(path), _MESSAGE_MS)

    def _note_unsaved(self, reason: str) -> None:
        self._context.notice.show_notice(reason, NoticeLevel.ERROR)
