"""Thumbnails of sources as Qt's signals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from app.capture.thumbnail_process import ThumbnailProcess
from ui.frames import image_from_frame

if TYPE_CHECKING:
    from app.capture.specs import SourceSpec
    from app.capture.thumbnails import Thumbnail


class Thumbnails(QObject):
    """Looks at sources once a second, in a process that lives while any are wanted.

    Signals:
        taken: A SourceSpec and the QImage of what it shows.
        failed: A SourceSpec and a sentence that says why it shows nothing.
    """

    taken = Signal(object, QImage)
    failed = Signal(object, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._process: ThumbnailProcess | None = None
        self._wanted: tuple[SourceSpec, ...] = ()

    @property
    def is_looking(self) -> bool:
        """Whether the process runs."""
        return self._process is not None

    def want(self, specs: tuple[SourceSpec, ...]) -> None:
        """Look at these, and at no others; none at all ends the process."""
        if specs == self._wanted:
            return
        self._wanted = specs
        if not specs:
            self.stop()
            return
        if self._process is None:
            self._process = ThumbnailProcess(self._tell)
        self._process.want(specs)

    def stop(self) -> None:
        """Look at nothing any more; cameras are given back."""
        self._wanted = ()
        if self._process is not None:
            self._process.close()
            self._process = None

    def _tell(self, thumbnail: Thumbnail) -> None:
        """Called in the reader's thread; converts there, too."""
        if thumbnail.image is None:
            self.failed.emit(thumbnail.spec, thumbnail.failure)
        else:
            self.taken.emit(thumbnail.spec, image_from_frame(thumbnail.image))
