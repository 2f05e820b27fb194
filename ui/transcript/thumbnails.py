"""Key frames for the rows in sight, loaded in idle moments and soon forgotten again."""

from __future__ import annotations

import time
from collections import OrderedDict
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QImageReader, QPixmap

if TYPE_CHECKING:
    from pathlib import Path

_KEPT = 400  # pictures of 80 x 45 or, at twice the scale, 160 x 90 pixels: at most 23 MB
_WAITING = 60  # more than any view shows at a time
_TURN_S = 0.008  # of the event loop; a picture takes about half a millisecond


class Thumbnails(QObject):
    """Gives pictures that are there, and loads those that are asked for.

    They are loaded in the GUI thread, a few in each idle turn of its loop: these pictures are so
    small that handing them between threads would cost as much as decoding them.

    Args:
        size: How large they are shown, in logical pixels; they are cut to these proportions.

    Signals:
        loaded: Pictures that were asked for are there now.
    """

    loaded = Signal()

    def __init__(self, size: QSize, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.size = size
        self._pictures: OrderedDict[tuple[Path, float], QPixmap] = OrderedDict()
        self._wanted: OrderedDict[tuple[Path, float], None] = OrderedDict()
        self._idle = QTimer(self, interval=0)
        self._idle.timeout.connect(self._load_some)

    def get(self, path: Path, scale: float) -> QPixmap | None:
        """The picture, for a screen with `scale` pixels to a logical one; None until it is loaded.

        A null pixmap means that there is none.
        """
        key = path, scale
        picture = self._pictures.get(key)
        if picture is not None:
            self._pictures.move_to_end(key)
            return picture
        self._wanted[key] = None
        self._wanted.move_to_end(key)
        if len(self._wanted) > _WAITING:
            self._wanted.popitem(last=False)  # it was scrolled out of sight
        self._idle.start()
        return None

    def forget(self, path: Path) -> None:
        """Load `path` again when it is next asked for."""
        for key in [key for key in self._pictures if key[0] == path]:
            del self._pictures[key]

    def _load_some(self) -> None:
        end_s = time.perf_counter() + _TURN_S
        while self._wanted and time.perf_counter() < end_s:
            key, _ = self._wanted.popitem()
            self._pictures[key] = self._read(*key)
            if len(self._pictures) > _KEPT:
                self._pictures.popitem(last=False)
        if not self._wanted:
            self._idle.stop()
        self.loaded.emit()

    def _read(self, path: Path, scale: float) -> QPixmap:
        target = self.size * scale
        reader = QImageReader(str(path))
        found = reader.size()
        if not found.isValid():
            return QPixmap()
        reader.setScaledSize(found.scaled(target, Qt.AspectRatioMode.KeepAspectRatioByExpanding))
        picture = QPixmap.fromImage(reader.read())
        picture.setDevicePixelRatio(scale)
        return picture
