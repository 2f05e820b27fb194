"""Plays a source again from the moment of a line, with the lines as subtitles."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer, QSignalBlocker, QSize, Qt, QTimer
from PySide6.QtGui import QImage
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QSlider,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.capture.specs import parse_source
from app.errors import SourceError
from ui.icons import icon
from ui.transcript.model import clock
from ui.transcript.moment_reader import MomentReader
from ui.widgets.labels import hint
from ui.widgets.video_view import VideoView

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from app.transcripts.line import TranscriptLine

_LEAST_PICTURE_PX = 112, 63
_TICK_MS = 40
_STEPS_PER_S = 10  # of the slider
_AFTER_THE_LAST_LINE_S = 5.0


class MomentPlayer(QWidget):
    """The picture, the line that was said about it, and the means to move in time.

    Of a source that was live only the key frame is left.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._reader: MomentReader | None = None
        self._source: str | None = None
        self._lines: Sequence[TranscriptLine] = ()
        self._starts: list[float] = []
        self._time_s = 0.0
        self._began_s = 0.0
        self._clock = QElapsedTimer()
        self._ticker = QTimer(self, interval=_TICK_MS)
        self._ticker.timeout.connect(self._tick)
        self.video = VideoView()
        self.caption = QLabel()
        self.message = hint("")
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.play_button = QToolButton()
        self._time = QLabel()
        self._controls = QWidget()
        self._set_up()

    @property
    def time_s(self) -> float:
        """The moment that is shown, or asked for."""
        return self._time_s

    @property
    def is_playing(self) -> bool:
        """Whether time goes on."""
        return self._ticker.isActive()

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
        self._open(source)
        end_s = lines[-1].end_s + _AFTER_THE_LAST_LINE_S
        if self.slider.maximum() < end_s * _STEPS_PER_S:
            self.slider.setMaximum(round(end_s * _STEPS_PER_S))
        self.seek(lines[row].start_s)

    def seek(self, time_s: float) -> None:
        """Go to a moment, and play on from there where it plays."""
        self._begin_at(time_s)
        self._show_time(time_s)

    def play(self) -> None:
        """Let time go on."""
        self._begin_at(self._time_s)
        self._ticker.start()
        self._follow_play()

    def pause(self) -> None:
        """Let time stand still."""
        self._ticker.stop()
        self._follow_play()

    def toggle(self) -> None:
        """Play, or pause."""
        self.pause() if self.is_playing else self.play()

    def release(self) -> None:
        """Stop, and give the source back; the next moment opens it again."""
        self.pause()
        self._source = None
        if self._reader is not None:
            self._reader.close()
            self._reader = None

    def _open(self, source: str) -> None:
        if source == self._source and self._reader is not None:
            return
        self.release()
        self._source = source
        self.message.hide()
        self._controls.show()
        self.slider.setMaximum(0)
        try:
            reader = MomentReader(parse_source(source))
        except SourceError as error:
            self._show_failure(str(error))
            return
        reader.opened.connect(self._note_length)
        reader.picture_came.connect(self._show_picture)
        reader.failed.connect(self._show_failure)
        reader.start()
        self._reader = reader

    def _begin_at(self, time_s: float) -> None:
        self._began_s = time_s
        self._clock.start()

    def _tick(self) -> None:
        time_s = self._began_s + self._clock.elapsed() / 1000
        last_s = self.slider.maximum() / _STEPS_PER_S
        self._show_time(min(time_s, last_s))
        if time_s >= last_s:
            self.pause()

    def _show_time(self, time_s: float) -> None:
        self._time_s = time_s
        if self._reader is not None:
            self._reader.ask(time_s)
        self._time.setText(clock(time_s))
        with QSignalBlocker(self.slider):  # only the person's hand is a wish
            self.slider.setValue(round(time_s * _STEPS_PER_S))
        row = bisect_right(self._starts, time_s + 1e-6) - 1
        self.caption.setText(self._lines[row].text if row >= 0 else "")

    def _note_length(self, length_s: float) -> None:
        if length_s > 0 and self.sender() is self._reader:
            self.slider.setMaximum(round(length_s * _STEPS_PER_S))

    def _show_picture(self, image: QImage, _time_s: float) -> None:
        if self.sender() is self._reader:
            self.video.show_image(image)

    def _show_failure(self, reason: str) -> None:
        """Say why only the key frame is shown."""
        if self._reader is not None and self.sender() not in {None, self._reader}:
            return
        self.pause()
        self._controls.hide()
        self.message.setText(reason)
        self.message.show()

    def _follow_play(self) -> None:
        self.play_button.setIcon(icon("pause" if self.is_playing else "play"))
        name = self.tr("Pause") if self.is_playing else self.tr("Play")
        self.play_button.setToolTip(name)
        self.play_button.setAccessibleName(name)

    def _set_up(self) -> None:
        self.video.setAccessibleName(self.tr("Picture of this moment"))
        self.video.setMinimumSize(*_LEAST_PICTURE_PX)
        self.caption.setWordWrap(True)
        self.caption.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.caption.setProperty("role", "on-stage")
        self.slider.setAccessibleName(self.tr("Moment"))
        self.slider.setSingleStep(_STEPS_PER_S)
        self.slider.setPageStep(10 * _STEPS_PER_S)
        self.slider.valueChanged.connect(self._seek_step)
        self.play_button.setProperty("role", "flat")
        self.play_button.setIconSize(QSize(18, 18))
        self.play_button.clicked.connect(self.toggle)
        self.message.hide()
        stage = QFrame()
        stage.setObjectName("stage")
        inside = QVBoxLayout(stage)
        inside.addWidget(self.video, 1)
        inside.addWidget(self.caption)
        row = QHBoxLayout(self._controls)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.play_button)
        row.addWidget(self.slider, 1)
        row.addWidget(self._time)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(stage, 1)
        column.addWidget(self.message)
        column.addWidget(self._controls)
        self._follow_play()

    def _seek_step(self, step: int) -> None:
        self.seek(step / _STEPS_PER_S)
