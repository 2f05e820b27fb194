"""Whether a source is open right now, and which."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.session.state import SessionState

if TYPE_CHECKING:
    from ui.commentary import Commentary
    from ui.session_view import SessionView


class CaptureWatch(QObject):
    """Knows it from a source's first answer to the end of its session.

    Signals:
        changed: Opened, paused, resumed or closed.
    """

    changed = Signal()

    def __init__(self, commentary: Commentary, view: SessionView, parent: QObject) -> None:
        super().__init__(parent)
        self._commentary = commentary
        self._label = ""
        view.source_named.connect(self._open)
        commentary.began.connect(self._close)
        commentary.ended.connect(self._close)
        commentary.state_changed.connect(self.changed)

    @property
    def label(self) -> str:
        """What the open source is called; empty where none is."""
        return self._label

    @property
    def is_open(self) -> bool:
        """Pictures are taken, or could be at any moment."""
        return bool(self._label)

    @property
    def is_paused(self) -> bool:
        """It is open, but the person wants no commentary now."""
        return self.is_open and self._commentary.state is SessionState.PAUSED

    def _open(self, label: str) -> None:
        self._label = label
        self.changed.emit()

    def _close(self) -> None:
        self._label = ""
        self.changed.emit()
