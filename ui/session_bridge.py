"""The way from a session's messages to slots of the window."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, SignalInstance

from app.session.messages import (
    ChunksDropped,
    EffortChanged,
    FrameShown,
    JournalOpened,
    KeyFrameKept,
    LineSpoken,
    MetersUpdated,
    QuestionAnswered,
    QuestionPut,
    SessionFailed,
    SourceOpened,
    StateChanged,
    TextArrived,
    TranscriptSaved,
)
from engine.events import ModelProgress
from ui.frames import image_from_frame

if TYPE_CHECKING:
    from PySide6.QtGui import QImage

    from app.session.control import SessionControl
    from app.session.messages import Message

logger = logging.getLogger(__name__)


class SessionBridge(QObject):
    """Forwards a session's messages to slots that run on the GUI thread.

    The bridge stays in the GUI thread; only a plain reader thread blocks on the session. Qt queues
    what that thread emits, so slots never race the painter. Connect methods of QObjects only: a
    bare function or lambda would run in the reader thread.

    Signals:
        state_changed: A StateChanged.
        source_opened: A SourceOpened.
        model_progress: A ModelProgress.
        frame_arrived: `take_frame` has a newer picture; pictures in between are left out.
        text_arrived: A TextArrived, the next characters of the line being spoken.
        journal_opened: A JournalOpened, before the first line.
        line_spoken: A LineSpoken, in stream order.
        key_frame_kept: A KeyFrameKept.
        question_put: A QuestionPut, before the text of its round.
        question_answered: A QuestionAnswered, behind the line of its round.
        effort_changed: An EffortChanged.
        chunks_dropped: A ChunksDropped.
        meters_updated: A MetersUpdated.
        transcript_saved: A TranscriptSaved.
        failed: A SessionFailed, at most once, just before finished.
        finished: Nothing follows. Always emitted, exactly once.
    """

    state_changed = Signal(StateChanged)
    source_opened = Signal(SourceOpened)
    model_progress = Signal(ModelProgress)
    frame_arrived = Signal()
    text_arrived = Signal(TextArrived)
    journal_opened = Signal(JournalOpened)
    line_spoken = Signal(LineSpoken)
    key_frame_kept = Signal(KeyFrameKept)
    question_put = Signal(QuestionPut)
    question_answered = Signal(QuestionAnswered)
    effort_changed = Signal(EffortChanged)
    chunks_dropped = Signal(ChunksDropped)
    meters_updated = Signal(MetersUpdated)
    transcript_saved = Signal(TranscriptSaved)
    failed = Signal(SessionFailed)
    finished = Signal()

    def __init__(self, session: SessionControl, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._reader = threading.Thread(target=self._forward, name="session-reader")
        self._frame_lock = threading.Lock()
        self._frame: QImage | None = None
        self._frame_time_s = 0.0
        self._signals: dict[type[Message], SignalInstance] = {
            StateChanged: self.state_changed,
            SourceOpened: self.source_opened,
            ModelProgress: self.model_progress,
            TextArrived: self.text_arrived,
            JournalOpened: self.journal_opened,
            LineSpoken: self.line_spoken,
            KeyFrameKept: self.key_frame_kept,
            QuestionPut: self.question_put,
            QuestionAnswered: self.question_answered,
            EffortChanged: self.effort_changed,
            ChunksDropped: self.chunks_dropped,
            MetersUpdated: self.meters_updated,
            TranscriptSaved: self.transcript_saved,
            SessionFailed: self.failed,
        }

    @property
    def session(self) -> SessionControl:
        """The session whose messages come through here."""
        return self._session

    def start(self) -> None:
        """Start the session and read its messages; connect the signals before."""
        self._session.start()
        self._reader.start()

    def take_frame(self) -> QImage | None:
        """The newest picture, once; None where it was taken already."""
        with self._frame_lock:
            frame, self._frame = self._frame, None
        return frame

    @property
    def frame_time_s(self) -> float:
        """Where in the stream the newest picture belongs."""
        return self._frame_time_s

    def close(self, timeout_s: float = 5.0) -> bool:
        """Stop and wait, at exit only; False if still running after `timeout_s`."""
        self._session.stop()
        self._reader.join(timeout_s)
        return not self._reader.is_alive()

    def _forward(self) -> None:
        try:
            for message in self._session.messages():
                self._emit(message)
        except Exception:  # thread boundary: nobody above would ever see it
            logger.exception("session reader died")
            reason = self.tr("Commentary stopped because of an internal error.")
            self.failed.emit(SessionFailed(reason))
        finally:
            self.finished.emit()

    def _emit(self, message: Message) -> None:
        if isinstance(message, FrameShown):
            self._offer_frame(message)
        else:
            self._signals[type(message)].emit(message)

    def _offer_frame(self, message: FrameShown) -> None:
        """Convert here, away from the GUI thread, and knock only where nobody knocked yet."""
        image = image_from_frame(message.image)
        with self._frame_lock:
            was_empty, self._frame = self._frame is None, image
            self._frame_time_s = message.time_s
        if was_empty:
            self.frame_arrived.emit()
