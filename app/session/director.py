"""The thread of a session that hears its workers and its user, and decides.

Capture fills a buffer of chunks, the engine empties it, and both report here. This thread alone
changes the state, writes the journal and sends messages, so none of these needs a lock, and a
worker that hangs cannot keep the session from ending.
"""

from __future__ import annotations

import logging
import queue
import time
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from app.capture.opening import open_source
from app.capture_thread import CaptureRun, CaptureThread
from app.engine_thread import INTERNAL_ERROR, EngineThread, Wishes
from app.errors import AppError, TranscriptError
from app.paths import journal_folder
from app.session.keeping_up import KeepingUp
from app.session.messages import (
    FrameShown,
    JournalOpened,
    KeyFrameKept,
    SessionFailed,
    SourceOpened,
    StateChanged,
    TranscriptSaved,
)
from app.session.reports import (
    EngineReady,
    EngineSaid,
    Govern,
    Reword,
    SourceReady,
    Wish,
    Worker,
    WorkerEnded,
)
from app.session.rounds import RoundRecorder
from app.session.start import header_of, plan_capture, sample_interval_s
from app.session.state import SessionState, step
from app.transcripts.journal import Journal
from app.transcripts.key_frames import KeyFrameWriter
from app.transcripts.saving import export_beside
from engine.events import ModelProgress

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.capture.base import Image, SourceInfo
    from app.capture.masks import Masks
    from app.session.commentator import CommentatorFactory
    from app.session.outbox import Outbox
    from app.session.reports import Report
    from app.session.request import SessionRequest
    from app.steering.words import WordRule
    from app.transcripts.line import TranscriptLine

logger = logging.getLogger(__name__)

STOP_WAIT_S = 1.5  # of the 2 s within which a session ends; the rest is for saving
STREAM_ENDED = "The stream has ended."


class Director:
    """Runs one session from its first report to its last message.

    Args:
        request: What to do.
        commentators: Makes the commentator.
        inbox: Where workers and user are heard.
        outbox: Where messages go; closed after the last one.
        wishes: Handed on to the engine.
        masks: Handed on to the source.
    """

    def __init__(
        self,
        request: SessionRequest,
        commentators: CommentatorFactory,
        *,
        inbox: queue.SimpleQueue[Report],
        outbox: Outbox,
        wishes: Wishes,
        masks: Masks,
    ) -> None:
        self._request = request
        self._commentators = commentators
        self._inbox = inbox
        self._outbox = outbox
        self._wishes = wishes
        self._state = SessionState.IDLE
        self._capture = CaptureThread(
            partial(
                open_source,
                request.source,
                sample_interval_s=sample_interval_s(request),
                masks=masks,
            ),
            report=inbox.put,
            show=self._show,
        )
        self._run: CaptureRun | None = None
        self._engine: EngineThread | None = None
        self._journal: Journal | None = None
        self._key_frames: KeyFrameWriter | None = None
        self._recorder: RoundRecorder | None = None
        self._keeping_up: KeepingUp | None = None
        self._at_work = {Worker.CAPTURE}
        self._deadline_s: float | None = None  # on the monotonic clock; None: not stopping
        self._failure = ""

    @property
    def state(self) -> SessionState:
        """Where the session stands."""
        return self._state

    @property
    def transcript(self) -> tuple[TranscriptLine, ...]:
        """The lines spoken so far."""
        return tuple(self._recorder.spoken) if self._recorder else ()

    def enter(self, state: SessionState, reason: str = "") -> None:
        """Change the state and say so.

        Raises:
            SessionStateError: The step is not allowed.
        """
        self._state = step(self._state, state)
        self._outbox.put(StateChanged(state, reason))

    def run(self) -> None:
        """The thread's body, after LOADING was entered."""
        try:
            self._guard(self._direct)
            self._guard(self._finish)
            self._tell_end()
        finally:
            self._outbox.close()  # a reader would wait for ever

    def _guard(self, work: Callable[[], None]) -> None:
        """Do a part of the session; the first that goes wrong is its failure."""
        try:
            work()
        except AppError as error:
            self._failure = self._failure or str(error)
        except Exception:  # the thread's edge: nobody above would see it
            logger.exception("the session thread died")
            self._failure = self._failure or INTERNAL_ERROR

    def _direct(self) -> None:
        self._capture.start()
        while self._at_work:
            try:
                report = self._inbox.get(timeout=self._left_s())
            except queue.Empty:
                return
            self._hear(report)

    def _left_s(self) -> float | None:
        """How long workers may still take to end; None while nobody asked them to."""
        return None if self._deadline_s is None else max(0.0, self._deadline_s - time.monotonic())

    def _hear(self, report: Report) -> None:
        match report:
            case Wish():
                self._heed(report)
            case Reword(words):
                self._replace_words(words)
            case Govern(is_on):
                self._govern(is_on=is_on)
            case SourceReady(info):
                self._load(info)
            case ModelProgress():
                self._outbox.put(report)
            case EngineReady():
                self._set_going()
            case EngineSaid():
                self._note(report)
            case WorkerEnded():
                self._note_end(report)

    def _heed(self, wish: Wish) -> None:
        """Do what the user wants, where it still fits."""
        match wish, self._state:
            case Wish.PAUSE, SessionState.RUNNING:
                self._running().clock.pause()
                self.enter(SessionState.PAUSED)
            case Wish.RESUME, SessionState.PAUSED:
                self._running().clock.start()
                self.enter(SessionState.RUNNING)
            case Wish.STOP, SessionState.LOADING | SessionState.RUNNING | SessionState.PAUSED:
                self._stop()
            case _:
                logger.debug("ignored %s while %s", wish.name, self._state.value)

    def _replace_words(self, words: tuple[WordRule, ...]) -> None:
        self._request = replace(self._request, words=words)
        if self._recorder is not None:
            self._recorder.replace_words(words)

    def _govern(self, *, is_on: bool) -> None:
        self._request = replace(self._request, is_governed=is_on)
        if self._keeping_up is not None:
            self._keeping_up.switch(is_on=is_on)

    def _load(self, info: SourceInfo) -> None:
        if self._state is not SessionState.LOADING:
            return  # stopped meanwhile
        self._outbox.put(SourceOpened(info))
        run = plan_capture(self._request, info)
        journal = self._open_journal()
        self._recorder = RoundRecorder(
            journal, run.chunks, self._outbox.put, self._key_frames, self._request.words
        )
        self._keeping_up = KeepingUp(
            self._request,
            is_paced=run.is_paced,
            wishes=self._wishes,
            emit=self._outbox.put,
        )
        previous_text = self._request.previous_text or info.introduction
        self._run = run
        self._engine = EngineThread(
            partial(self._commentators, self._request, previous_text),
            chunks=run.chunks,
            clock=run.clock,
            wishes=self._wishes,
            report=self._inbox.put,
        )
        self._at_work.add(Worker.ENGINE)
        self._engine.start()

    def _open_journal(self) -> Journal:
        folder = self._request.output_folder or journal_folder()
        self._journal = Journal(folder, header_of(self._request))
        if self._request.key_frame_px:
            self._key_frames = KeyFrameWriter(
                self._journal.path, self._request.key_frame_px, self._note_key_frame
            )
        self._outbox.put(JournalOpened(self._journal.path))
        return self._journal

    def _set_going(self) -> None:
        if self._state is not SessionState.LOADING:
            return  # stopped meanwhile
        run = self._running()
        self._capture.begin(run)
        run.clock.start()
        self.enter(SessionState.RUNNING)

    def _note(self, said: EngineSaid) -> None:
        assert self._recorder is not None  # both are made before the engine
        assert self._keeping_up is not None
        self._recorder.follow(said)
        self._keeping_up.follow(said)

    def _note_end(self, ended: WorkerEnded) -> None:
        """A worker's end is the session's; the engine first finishes what was captured.

        What goes wrong after the user's stop is nobody's concern any more.
        """
        self._at_work.discard(ended.worker)
        if ended.failure and self._state is SessionState.STOPPING:
            logger.info("after the stop, %s said: %s", ended.worker.value, ended.failure)
        else:
            self._failure = self._failure or ended.failure
        if ended.worker is Worker.ENGINE and self._deadline_s is None:
            self._halt()

    def _running(self) -> CaptureRun:
        assert self._run is not None  # it is planned before the session runs
        return self._run

    def _show(self, image: Image, time_s: float) -> None:
        self._outbox.put(FrameShown(image, time_s))

    def _note_key_frame(self, line_index: int) -> None:
        self._outbox.put(KeyFrameKept(line_index))

    def _stop(self) -> None:
        self.enter(SessionState.STOPPING)
        self._halt()

    def _halt(self) -> None:
        """Ask the workers to end, and give them a moment for it, counted from the first asking."""
        self._deadline_s = self._deadline_s or time.monotonic() + STOP_WAIT_S
        self._capture.stop()
        if self._run is not None:
            self._run.clock.stop()
            self._run.chunks.close()
        if self._engine is not None:
            self._engine.stop()

    def _finish(self) -> None:
        """See the workers off and save."""
        self._halt()
        self._see_off()
        for worker in self._at_work:
            logger.warning("the session ends while its %s thread is still busy", worker.value)
        self._save(self._failure or self._reason())

    def _reason(self) -> str:
        """Why a session ends that did not fail; nobody need be told of their own wish."""
        return STREAM_ENDED if self._state is SessionState.RUNNING else ""

    def _tell_end(self) -> None:
        if self._failure:
            self.enter(SessionState.FAILED, self._failure)
            self._outbox.put(SessionFailed(self._failure))
            return
        reason = self._reason()
        if self._state is not SessionState.STOPPING:
            self.enter(SessionState.STOPPING)
        self.enter(SessionState.STOPPED, reason)

    def _see_off(self) -> None:
        """Wait for workers that still end; what else they say comes too late."""
        while self._at_work:
            try:
                report = self._inbox.get(timeout=self._left_s())
            except queue.Empty:
                return
            if isinstance(report, WorkerEnded):
                self._at_work.discard(report.worker)

    def _save(self, reason: str) -> None:
        """Close the journal and export it; one without a single round is not kept."""
        if self._journal is None:
            return
        if self._key_frames is not None:
            self._key_frames.close()
        try:
            self._journal.close(reason)
            if self._journal.num_lines == 0:
                self._journal.path.unlink()
                return
            written = export_beside(self._journal.path, self._request.formats)
            if self._request.autosave is not None:
                written += self._request.autosave.write(self._journal.path)
            self._outbox.put(TranscriptSaved(written))
        except (TranscriptError, OSError) as error:
            self._failure = self._failure or str(error)
