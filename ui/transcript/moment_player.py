"""Plays a source again from the moment of a line, with the lines as subtitles."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QLabel, QWidget

from ui.playback.player import SourcePlayer

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from app.transcripts.line import TranscriptLine

_AFTER_THE_LAST_LINE_S = 5.0


class MomentPlayer(SourcePlayer):
    """The picture, the line that was said about it, and the means to move in time.

    Of a source that was live only the key frame is left.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        caption = QLabel()
        super().__init__([caption], parent)
        self._lines: Sequence[TranscriptLine] = ()
        self._starts: list[float] = []
        self.caption = caption
        caption.setWordWrap(True)
        caption.setAlignment(Qt.AlignmentFlag.AlignCenter)
        caption.setProperty("role", "on-stage")
        self.time_changed.connect(self._show_line)
        self.length_known.connect(self._reach_to_the_end)

    def show_moment(
        self, source: str, lines: Sequence[TranscriptLine], row: int, key_frame: Path | None
    ) -> None:
        """Show the moment of one of the lines, and stay there.

        Args:
            source: Which source they are of, as its session names it.
            lines: All lines, in order.
            row: Which of them.
            key_frame: What is shown where the source cannot be looked at again.
        """
        self.pause()
        self._lines = lines
        self._starts = [line.start_s for line in lines]
        self.video.show_image(QImage() if key_frame is None else QImage(str(key_frame)))
        self.open(source)
        self.set_range(0.0, max(self.last_s, lines[-1].end_s + _AFTER_THE_LAST_LINE_S))
        self.seek(lines[row].start_s)

    def _reach_to_the_end(self, length_s: float) -> None:
        self.set_range(0.0, length_s)

    def _show_line(self, time_s: float) -> None:
        row = bisect_right(self._starts, time_s + 1e-6) - 1
        self.caption.setText(self._lines[row].text if row >= 0 else "")
