"""Plays a source that can be looked at again: its picture, and the means to move in time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer, QSignalBlocker, QSize, Qt, QTimer, Signal
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
from ui.playback.reader import MomentReader
from ui.transcript.model import clock
from ui.widgets.labels import hint
from ui.widgets.video_view import VideoView

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QImage

_LEAST_PICTURE_PX = 112, 63
_TICK_MS = 40
_STEPS_PER_S = 10  # of the slider


class SourcePlayer(QWidget):
    """The picture of a moment, play, pause, and a slider over a range of time.

    Args:
        captions: Widgets that stand under the picture; give them their text by `time_changed`.

    Attributes:
        video: The picture.
        message: Why there is none.
        slider: The moment.
        play_button: Plays and pauses.

    Signals:
        time_changed: Another moment is shown or asked for, in seconds.
        length_known: How long the source is, in seconds, where it tells.
        source_changed: The SourceSpec that is read from now on; None once it is released.
    """

    time_changed = Signal(float)
    length_known = Signal(float)
    source_changed = Signal(object)

    def __init__(self, captions: Sequence[QWidget] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._reader: MomentReader | None = None
        self._closing: list[MomentReader] = []
        self._source: str | None = None
        self._time_s = 0.0
        self._began_s = 0.0
        self._clock = QElapsedTimer()
        self._ticker = QTimer(self, interval=_TICK_MS)
        self._ticker.timeout.connect(self._tick)
        self.video = VideoView()
        self.message = hint("")
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.play_button = QToolButton()
        self._time = QLabel()
        self._controls = QWidget()
        self._set_up(captions)

    @property
    def time_s(self) -> float:
        """The moment that is shown, or asked for."""
        return self._time_s

    @property
    def is_playing(self) -> bool:
        """Whether time goes on."""
        return self._ticker.isActive()

    @property
    def last_s(self) -> float:
        """Where playing ends."""
        return self.slider.maximum() / _STEPS_PER_S

    def open(self, source: str) -> None:
        """Take this source, named as a session names it, unless it is open already."""
        if source == self._source and self._reader is not None:
            return
        self.release()
        self._source = source
        self.message.hide()
        self._controls.show()
        self.set_range(0.0, 0.0)
        try:
            spec = parse_source(source)
        except SourceError as error:
            self._show_failure(str(error))
            return
        reader = MomentReader(spec)
        reader.opened.connect(self._note_length)
        reader.picture_came.connect(self._show_picture)
        reader.failed.connect(self._show_failure)
        reader.start()
        self._reader = reader
        self.source_changed.emit(spec)

    def set_range(self, first_s: float, last_s: float) -> None:
        """Let time move between these moments; the moment itself stays as it is."""
        with QSignalBlocker(self.slider):
            self.slider.setRange(round(first_s * _STEPS_PER_S), round(last_s * _STEPS_PER_S))

    def seek(self, time_s: float) -> None:
        """Go to a moment, and play on from there where it plays."""
        self._begin_at(time_s)
        self._show_time(time_s)

    def play(self) -> None:
        """Let time go on; from the first moment where it has come to the last."""
        is_at_end = self._time_s >= self.last_s
        self._begin_at(self.slider.minimum() / _STEPS_PER_S if is_at_end else self._time_s)
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
            self._closing = [reader for reader in self._closing if not reader.is_over]
            self._closing.append(self._reader)
            self._reader = None
            self.source_changed.emit(None)

    def wait(self) -> None:
        """Wait until what was released is given back, at exit only."""
        for reader in self._closing:
            reader.wait()

    def _begin_at(self, time_s: float) -> None:
        self._began_s = time_s
        self._clock.start()

    def _tick(self) -> None:
        time_s = self._began_s + self._clock.elapsed() / 1000
        self._show_time(min(time_s, self.last_s))
        if time_s >= self.last_s:
            self.pause()

    def _show_time(self, time_s: float) -> None:
        self._time_s = time_s
        if self._reader is not None:
            self._reader.ask(time_s)
        self._time.setText(clock(time_s))
        with QSignalBlocker(self.slider):  # only the person's hand is a wish
            self.slider.setValue(round(time_s * _STEPS_PER_S))
        self.time_changed.emit(time_s)

    def _note_length(self, length_s: float) -> None:
        if length_s > 0 and self.sender() is self._reader:
            self.length_known.emit(length_s)

    def _show_picture(self, image: QImage, _time_s: float) -> None:
        if self.sender() is self._reader:
            self.video.show_image(image)

    def _show_failure(self, reason: str) -> None:
        """Say why there are no further pictures."""
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

    def _set_up(self, captions: Sequence[QWidget]) -> None:
        self.video.setAccessibleName(self.tr("Picture of this moment"))
        self.video.setMinimumSize(*_LEAST_PICTURE_PX)
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
        for caption in captions:
            inside.addWidget(caption)
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
