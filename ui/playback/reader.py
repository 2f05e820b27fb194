"""Reads pictures of past moments away from the GUI thread; only the newest wish counts."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from app.errors import SourceError
from ui.frames import image_from_frame

if TYPE_CHECKING:
    from app.capture.moments import Moments
    from app.capture.specs import SourceSpec

logger = logging.getLogger(__name__)

_CLOSE_WAIT_S = 1.0
UNKNOWN_LENGTH_S = -1.0


class MomentReader(QObject):
    """Opens a source in a thread of its own and shows what it is asked for.

    It has no parent: keep it until `is_over`, for its thread emits through it.

    Signals:
        opened: The length in seconds, or `UNKNOWN_LENGTH_S`.
        picture_came: A QImage and its time; wishes that were overtaken get none.
        failed: A sentence; nothing follows.
    """

    opened = Signal(float)
    picture_came = Signal(QImage, float)
    failed = Signal(str)

    def __init__(self, spec: SourceSpec) -> None:
        super().__init__()
        self._spec = spec
        self._changed = threading.Condition()
        self._wanted_s: float | None = None
        self._is_closed = False
        self._thread = threading.Thread(target=self._run, name="moments", daemon=True)

    @property
    def is_over(self) -> bool:
        """Whether the thread has ended."""
        return not self._thread.is_alive()

    def start(self) -> None:
        """Open the source; connect the signals before."""
        self._thread.start()

    def ask(self, time_s: float) -> None:
        """Show the picture of this moment next."""
        with self._changed:
            self._wanted_s = time_s
            self._changed.notify_all()

    def close(self) -> None:
        """Give the source back as soon as the thread can; returns at once."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()

    def wait(self) -> None:
        """Wait for that, at exit only; not for long, for a server may not answer."""
        self._thread.join(_CLOSE_WAIT_S)

    def _run(self) -> None:
        from app.capture.moments import open_moments  # loads the video library

        try:
            moments = open_moments(self._spec)
            try:
                length_s = moments.length_s
                self.opened.emit(UNKNOWN_LENGTH_S if length_s is None else length_s)
                self._serve(moments)
            finally:
                moments.close()
        except SourceError as error:
            self.failed.emit(str(error))
        except Exception:  # the thread's edge: nobody above would see it
            logger.exception("the reader of moments died")
            self.failed.emit(self.tr("This moment cannot be shown; the log tells why."))

    def _serve(self, moments: Moments) -> None:
        while (time_s := self._next()) is not None:
            self.picture_came.emit(image_from_frame(moments.picture_at(time_s)), time_s)

    def _next(self) -> float | None:
        with self._changed:
            self._changed.wait_for(lambda: self._is_closed or self._wanted_s is not None)
            wanted_s, self._wanted_s = self._wanted_s, None
            return None if self._is_closed else wanted_s
