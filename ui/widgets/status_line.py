"""The status bar: where the session stands, what was left out, how late the commentary is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QStatusBar, QWidget

from app.session.state import SessionState

if TYPE_CHECKING:
    from app.session.messages import MetersUpdated

_DOT_PX = 10
_LEAST_PX = 8
_MS = 1000  # in a second
_BUSY, _WATCHED, _PAUSED, _CALM = "#4a74ea", "#e5484d", "#e3a13c", "#8a94a3"


def _colour(state: SessionState, *, has_source: bool) -> str:
    match state:
        case SessionState.LOADING | SessionState.STOPPING:
            return _WATCHED if has_source else _BUSY
        case SessionState.RUNNING:
            return _WATCHED
        case SessionState.PAUSED:
            return _PAUSED
        case _:
            return _CALM


class _Dot(QWidget):
    """A coloured dot; red means that a source is open."""

    def __init__(self) -> None:
        super().__init__()
        self._colour = QColor(_CALM)
        self.setFixedSize(QSize(_DOT_PX + 10, _DOT_PX))

    def set_colour(self, colour: str) -> None:
        self._colour = QColor(colour)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(self._colour)
        painter.setBrush(self._colour)
        painter.drawEllipse(8, 1, _DOT_PX - 2, _DOT_PX - 2)
        painter.end()


class StatusLine(QStatusBar):
    """State on the left, figures on the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizeGripEnabled(False)
        self._dot = _Dot()
        self._state = QLabel()
        self._dropped = QLabel()
        self._late = QLabel()
        self._round = QLabel()
        self._dropped.setToolTip(
            self.tr("Parts of the picture left out because the model was late")
        )
        self._late.setToolTip(self.tr("From the picture to the first word about it"))
        self._round.setToolTip(self.tr("Time the model took for the last round"))
        self.addWidget(self._dot)
        self.addWidget(self._state, 1)
        self._state.setMinimumWidth(_LEAST_PX)
        for label in (self._dropped, self._late, self._round):
            self.add_label(label)
        self.show_state(SessionState.IDLE, "")

    def add_label(self, label: QLabel) -> None:
        """Add a label on the right; the text of one that finds no room is cut off."""
        label.setContentsMargins(8, 0, 8, 0)
        label.setMinimumWidth(_LEAST_PX)  # else the bar decides how narrow the window can be
        self.addPermanentWidget(label)

    @property
    def state_text(self) -> str:
        """What the bar says about the state."""
        return self._state.text()

    @property
    def dropped_text(self) -> str:
        """What the bar says about chunks that were left out."""
        return self._dropped.text()

    @property
    def latency_text(self) -> str:
        """What the bar says about the delay of the commentary."""
        return self._late.text()

    @property
    def round_text(self) -> str:
        """What the bar says about the model's time for the last round."""
        return self._round.text()

    def show_state(self, state: SessionState, source: str) -> None:
        """Say the state and, where there is one, the source."""
        names = {
            SessionState.IDLE: self.tr("Ready"),
            SessionState.LOADING: self.tr("Loading"),
            SessionState.RUNNING: self.tr("Watching"),
            SessionState.PAUSED: self.tr("Paused"),
            SessionState.STOPPING: self.tr("Stopping"),
            SessionState.STOPPED: self.tr("Stopped"),
            SessionState.FAILED: self.tr("Stopped by an error"),
        }
        self._dot.set_colour(_colour(state, has_source=bool(source)))
        self._state.setText(" · ".join(part for part in (names[state], source) if part))

    def show_dropped(self, count: int) -> None:
        """Say how many chunks were left out since the start."""
        self._dropped.setText(self.tr("Left out: {0}").format(count))

    def show_meters(self, meters: MetersUpdated) -> None:
        """Say how long the last round took and how late its words were."""
        took_s = meters.timing.total_s
        took_ms = round(took_s * _MS)
        if took_ms < _MS:
            self._round.setText(self.tr("Round: {0} ms").format(took_ms))
        else:
            self._round.setText(self.tr("Round: {0:.1f} s").format(took_s))
        if meters.glass_to_caption_s is not None:
            self._late.setText(self.tr("Delay: {0:.1f} s").format(meters.glass_to_caption_s))

    def clear_figures(self) -> None:
        """Forget the figures of the session before."""
        for label in (self._dropped, self._late, self._round):
            label.clear()
