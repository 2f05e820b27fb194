"""Live pictures in the source panel, while it is seen and nothing runs."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QTimer

from ui.features.feature import Feature, WindowContext
from ui.thumbnails import Thumbnails

# After the window appeared or the choice changed: the first window comes first, and nobody wants
# pictures of each number that a wheel runs through.
_SETTLE_MS = 700
_VISIBILITY = frozenset({QEvent.Type.Show, QEvent.Type.Hide, QEvent.Type.WindowStateChange})


class ThumbnailsFeature(Feature):
    """Wants the pictures that the panel can show, and shows them."""

    def __init__(self, context: WindowContext) -> None:
        super().__init__(context)
        self._window = context.window
        self._choice = context.choice
        self._picker = context.choice.source
        self._commentary = context.commentary
        self._thumbnails = Thumbnails(self)
        self._thumbnails.taken.connect(self._picker.set_thumbnail)
        self._thumbnails.failed.connect(self._picker.set_failure)
        self._settling = QTimer(self)
        self._settling.setSingleShot(True)
        self._settling.setInterval(_SETTLE_MS)
        self._settling.timeout.connect(self._look)
        self._picker.thumbnails_changed.connect(self._follow)
        self._picker.cameras_needed.connect(self._begin_anew)
        self._commentary.began.connect(self._follow)
        self._commentary.ended.connect(self._follow)
        self._window.installEventFilter(self)
        self._choice.installEventFilter(self)

    @property
    def is_looking(self) -> bool:
        """Whether pictures are taken."""
        return self._thumbnails.is_looking

    def close(self) -> None:
        self._window.removeEventFilter(self)
        self._choice.removeEventFilter(self)
        self._settling.stop()
        self._thumbnails.stop()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _VISIBILITY:
            self._follow()
        return super().eventFilter(watched, event)

    def _follow(self) -> None:
        """Stop at once where nobody looks, begin a moment later where somebody does."""
        if self._is_seen():
            self._settling.start()
        else:
            self._settling.stop()
            self._thumbnails.stop()

    def _begin_anew(self) -> None:
        """End the process, which takes its time to give a camera back otherwise."""
        self._thumbnails.stop()
        self._follow()

    def _look(self) -> None:
        self._thumbnails.want(self._picker.thumbnails if self._is_seen() else ())

    def _is_seen(self) -> bool:
        is_shown = self._choice.isVisible() and not self._window.isMinimized()
        return is_shown and not self._commentary.is_active
