"""One session after another: what the buttons of the window command."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.session.control import SessionControl
from app.session.request import SessionRequest
from app.session.state import SessionState
from ui.session_bridge import SessionBridge

if TYPE_CHECKING:
    from app.capture.specs import Region
    from app.session.messages import StateChanged


SessionFactory = Callable[[SessionRequest], SessionControl]


class Commentary(QObject):
    """Makes, steers and replaces sessions; there is never more than one.

    Signals:
        began: A SessionBridge whose session is about to start; connect to it now.
        state_changed: The SessionState of the running session.
        ended: The session is over, and no other one waits to begin.
    """

    began = Signal(SessionBridge)
    state_changed = Signal(SessionState)
    ended = Signal()

    def __init__(self, make_session: SessionFactory, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._make_session = make_session
        self._bridge: SessionBridge | None = None
        self._waiting: SessionRequest | None = None
        self._state = SessionState.IDLE
        self._request: SessionRequest | None = None
        self._began_at = 0.0
        self._masks: tuple[Region, ...] = ()

    @property
    def request(self) -> SessionRequest | None:
        """What the newest session was asked to do; None before the first."""
        return self._request

    @property
    def began_at(self) -> float:
        """When the newest session began, Unix time."""
        return self._began_at

    @property
    def state(self) -> SessionState:
        """Where the newest session stands, as far as the window was told."""
        return self._state

    @property
    def session(self) -> SessionControl | None:
        """The session that runs; None between two."""
        return None if self._bridge is None else self._bridge.session

    @property
    def is_active(self) -> bool:
        """True from the start of a session until its last message."""
        return self._bridge is not None

    def start(self, request: SessionRequest) -> None:
        """Begin; a session that runs is ended first and then followed by the new one."""
        if self._bridge is None:
            self._begin(request)
        else:
            self._waiting = request
            self._bridge.session.stop()

    def toggle_pause(self) -> None:
        """Pause, or go on after a pause."""
        if self._bridge is None:
            return
        if self._state is SessionState.PAUSED:
            self._bridge.session.resume()
        else:
            self._bridge.session.pause()

    def set_masks(self, regions: Iterable[Region]) -> None:
        """Keep these rectangles of the desktop from the model, now and in later sessions."""
        self._masks = tuple(regions)
        if self._bridge is not None:
            self._bridge.session.set_masks(self._masks)

    def stop(self) -> None:
        """End the session; `ended` follows once its transcript is saved."""
        self._waiting = None
        if self._bridge is not None:
            self._bridge.session.stop()

    def _begin(self, request: SessionRequest) -> None:
        bridge = SessionBridge(self._make_session(request), self)
        self._request, self._began_at = request, time.time()
        self._bridge = bridge
        if self._masks:
            bridge.session.set_masks(self._masks)
        bridge.state_changed.connect(self._note_state)
        bridge.finished.connect(self._end)
        self.began.emit(bridge)
        bridge.start()

    def _note_state(self, message: StateChanged) -> None:
        self._state = message.state
        self.state_changed.emit(message.state)

    def _end(self) -> None:
        assert self._bridge is not None
        self._bridge.deleteLater()
        self._bridge = None
        request, self._waiting = self._waiting, None
        if request is None:
            self.ended.emit()
        else:
            self._begin(request)
