"""The background thread that opens a source and fills the chunk buffer from it."""

from __future__ import annotations

import logging
import math
import queue
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.errors import SourceError
from app.session.reports import Report, SourceReady, Worker, WorkerEnded

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.capture.base import Image, Source
    from app.capture.chunks import ChunkBuffer
    from app.capture.clock import StreamClock

logger = logging.getLogger(__name__)

INTERNAL_ERROR = "The source stopped because of an internal error; the log tells more."


@dataclass(frozen=True, slots=True)
class CaptureRun:
    """How an opened source is read.

    Attributes:
        is_paced: Samples that could not be taken in time are skipped.
        interval_s: Time between two samples for the model.
        num_samples: Ends after this many, None goes on to the source's end.
        preview_interval_s: Time between two pictures for the preview, None shows none.
    """

    chunks: ChunkBuffer
    clock: StreamClock
    is_paced: bool
    interval_s: float
    num_samples: int | None = None
    preview_interval_s: float | None = None


class CaptureThread:
    """Opens a source, reports it, waits for `begin`, and reads it to its end.

    Args:
        open_it: Opens the source; called in the thread, which closes it, too.
        report: Called in the thread with what happens, `WorkerEnded` last.
        show: Called in the thread with pictures for the preview and their times.
    """

    def __init__(
        self,
        open_it: Callable[[], Source],
        *,
        report: Callable[[Report], None],
        show: Callable[[Image, float], None],
    ) -> None:
        self._open_it = open_it
        self._report = report
        self._show = show
        self._shown_at_s = -math.inf
        self._orders: queue.SimpleQueue[CaptureRun | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="capture", daemon=True)

    def start(self) -> None:
        """Open the source."""
        self._thread.start()

    def begin(self, run: CaptureRun) -> None:
        """Read the opened source, once the clock of `run` is started."""
        self._orders.put(run)

    def stop(self) -> None:
        """End a thread that was not told to begin; else the clock's stop ends it."""
        self._orders.put(None)

    def _run(self) -> None:
        failure = ""
        try:
            self._capture()
        except SourceError as error:
            failure = str(error)
        except Exception:  # the thread's edge: nobody above would see it
            logger.exception("the capture thread died")
            failure = INTERNAL_ERROR
        self._report(WorkerEnded(Worker.CAPTURE, failure))

    def _capture(self) -> None:
        source = self._open_it()
        try:
            self._report(SourceReady(source.info))
            run = self._orders.get()
            if run is not None:
                self._read_all(source, run)
        finally:
            source.close()

    def _read_all(self, source: Source, run: CaptureRun) -> None:
        """Put samples into the buffer until one side ends; the buffer learns of it in any case."""
        try:
            index = 0
            while run.num_samples is None or index < run.num_samples:
                if not self._take_sample(source, run, index):
                    break
                index = _next_index(run, index)
        finally:
            run.chunks.end()

    def _take_sample(self, source: Source, run: CaptureRun, index: int) -> bool:
        """Wait for a sample's time and take it; False where the stream is over."""
        time_s = index * run.interval_s
        self._preview_until(time_s, source, run)
        if not run.clock.wait_until(time_s):
            return False
        frame = source.read(time_s)
        if frame is None:
            return False
        if run.preview_interval_s is not None:
            self._show_in_time(frame.image, time_s, run)
        return run.chunks.put(frame, index)

    def _preview_until(self, time_s: float, source: Source, run: CaptureRun) -> None:
        """Show pictures between two samples, where there is time for it."""
        if run.preview_interval_s is None or not run.is_paced:
            return
        next_s = self._shown_at_s + run.preview_interval_s
        while next_s + run.preview_interval_s / 2 < time_s and run.clock.wait_until(next_s):
            now_s = run.clock.now_s()
            if now_s < time_s:
                image = source.glance(now_s)
                if image is not None:
                    self._show(image, now_s)
                    self._shown_at_s = now_s
            next_s = max(next_s, now_s) + run.preview_interval_s

    def _show_in_time(self, image: Image, time_s: float, run: CaptureRun) -> None:
        """Show a sample, unless it comes sooner after the last one than the preview wants."""
        now_s = time_s if run.is_paced else run.clock.now_s()
        if now_s - self._shown_at_s >= (run.preview_interval_s or 0) / 2:
            self._show(image, time_s)
            self._shown_at_s = now_s


def _next_index(run: CaptureRun, index: int) -> int:
    """The sample after `index`, or the one whose time it is by now."""
    due = math.floor(run.clock.now_s() / run.interval_s) if run.is_paced else 0
    return max(index + 1, due)
