"""Where a video file stands: the place of the picture that is shown, and its length."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLabel

from ui.features.feature import Feature, WindowContext
from ui.transcript.model import clock

if TYPE_CHECKING:
    from app.session.messages import SourceOpened
    from ui.session_bridge import SessionBridge


class PositionFeature(Feature):
    """A label in the status bar, empty for what has no end."""

    def __init__(self, context: WindowContext) -> None:
        super().__init__(context)
        self.label = QLabel()
        self.label.setToolTip(self.tr("Position of the picture in the video"))
        self.label.setAccessibleName(self.tr("Position in the video"))
        self._bridge: SessionBridge | None = None
        self._length_s: float | None = None
        context.status.add_label(self.label)
        context.commentary.began.connect(self._attach)
        context.commentary.ended.connect(self.label.clear)

    def _attach(self, bridge: SessionBridge) -> None:
        self._bridge, self._length_s = bridge, None
        self.label.clear()
        bridge.source_opened.connect(self._note_length)
        bridge.frame_arrived.connect(self._follow)

    def _note_length(self, message: SourceOpened) -> None:
        self._length_s = message.info.duration_s

    def _follow(self) -> None:
        if self._bridge is None or self._length_s is None:
            return
        place = clock(self._bridge.frame_time_s)
        self.label.setText(self.tr("{0} of {1}").format(place, clock(self._length_s)))
