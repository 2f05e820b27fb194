"""What a session's messages do to the parts of the window."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.session.state import SessionState
from ui.widgets.notice_bar import NoticeBar, NoticeLevel

if TYPE_CHECKING:
    from app.session.messages import (
        ChunksDropped,
        LineSpoken,
        MetersUpdated,
        SessionFailed,
        SourceOpened,
        StateChanged,
        TranscriptSaved,
    )
    from engine.events import ModelProgress
    from ui.session_bridge import SessionBridge
    from ui.transcript.model import TranscriptModel
    from ui.widgets.stage import Stage
    from ui.widgets.status_line import StatusLine


@dataclass(frozen=True, slots=True)
class SessionParts:
    """The widgets and the model that show a session."""

    stage: Stage
    transcript: TranscriptModel
    status: StatusLine
    notice: NoticeBar


class SessionView(QObject):
    """Shows the session whose bridge was attached last.

    Signals:
        source_named: The label of the source that answered.
    """

    source_named = Signal(str)

    def __init__(self, parts: SessionParts, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._parts = parts
        self._bridge: SessionBridge | None = None
        self._label = ""
        self._has_picture = False

    def attach(self, bridge: SessionBridge) -> None:
        """Forget the session before and show the one behind `bridge`."""
        self._bridge = bridge
        self._label = ""
        self._has_picture = False
        parts = self._parts
        parts.notice.hide()
        parts.transcript.clear()
        parts.status.clear_figures()
        parts.stage.invite()
        parts.stage.wait_for(self.tr("Opening the source…"))
        bridge.state_changed.connect(self._show_state)
        bridge.source_opened.connect(self._show_source)
        bridge.model_progress.connect(self._show_progress)
        bridge.frame_arrived.connect(self._show_frame)
        parts.stage.subtitle.player.follow(bridge)
        bridge.line_spoken.connect(self._show_line)
        bridge.chunks_dropped.connect(self._show_dropped)
        bridge.meters_updated.connect(self._show_meters)
        bridge.transcript_saved.connect(self._show_saved)
        bridge.failed.connect(self._show_failure)

    def _show_state(self, message: StateChanged) -> None:
        self._parts.status.show_state(message.state, self._label)
        if message.reason and message.state is not SessionState.FAILED:
            self._parts.notice.show_notice(message.reason)
        if message.state.is_final and not self._has_picture:
            self._parts.stage.invite()

    def _show_source(self, message: SourceOpened) -> None:
        self._label = message.info.label
        self._parts.stage.wait_for(self.tr("Loading the model…"))
        self._parts.status.show_state(SessionState.LOADING, self._label)
        self.source_named.emit(self._label)

    def _show_progress(self, message: ModelProgress) -> None:
        if not self._has_picture:
            self._parts.stage.wait_for(message.message, message.fraction)

    def _show_frame(self) -> None:
        image = self._bridge.take_frame() if self._bridge is not None else None
        if image is not None:
            self._has_picture = True
            self._parts.stage.video.show_image(image)
            self._parts.stage.show_video()

    def _show_line(self, message: LineSpoken) -> None:
        self._parts.transcript.append(message.line)

    def _show_dropped(self, message: ChunksDropped) -> None:
        self._parts.status.show_dropped(message.count)

    def _show_meters(self, message: MetersUpdated) -> None:
        self._parts.status.show_meters(message)

    def _show_saved(self, message: TranscriptSaved) -> None:
        if self._parts.transcript.rowCount():
            self._parts.status.showMessage(
                self.tr("Transcript kept in {0}").format(message.paths[0]), 8000
            )

    def _show_failure(self, message: SessionFailed) -> None:
        self._parts.notice.show_notice(message.message, NoticeLevel.ERROR)
        self._parts.status.show_state(SessionState.FAILED, self._label)
        if not self._has_picture:
            self._parts.stage.invite()
