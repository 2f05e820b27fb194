"""Plays a stretch of a video with two commentaries as subtitles, numbered as they are judged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from engine.evaluation.compare.subtitles import SubtitleTrack
from ui.playback.player import SourcePlayer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.evaluation.commentary.tasks import Line
    from engine.evaluation.compare.blind import Stretch


class StretchPlayer(SourcePlayer):
    """Time moves within the stretch only.

    Attributes:
        captions: What is read of either commentary.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        captions = _caption(), _caption()
        super().__init__(captions, parent)
        self.captions = captions
        self._tracks: tuple[SubtitleTrack, ...] = ()
        self.time_changed.connect(self._show_captions)

    def play_stretch(
        self, source: str, stretch: Stretch, lines: tuple[Sequence[Line], Sequence[Line]]
    ) -> None:
        """Play a stretch from its start; `lines` are in the order in which they are numbered."""
        self._tracks = tuple(map(SubtitleTrack, lines))
        self.open(source)
        self.set_range(stretch.start_s, stretch.end_s)
        self.seek(stretch.start_s)
        self.play()

    def _show_captions(self, time_s: float) -> None:
        shown = zip(self.captions, self._tracks, strict=True)
        for number, (caption, track) in enumerate(shown, start=1):
            caption.setText(f"{number}:  {track.text_at(time_s)}")


def _caption() -> QLabel:
    """Text under the picture; its place stays while text comes and goes."""
    label = QLabel()
    label.setWordWrap(True)
    label.setProperty("role", "on-stage")
    label.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
    label.setMinimumHeight(label.fontMetrics().lineSpacing())
    return label
