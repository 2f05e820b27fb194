"""The states of a session and the steps allowed between them."""

from __future__ import annotations

from enum import Enum
from types import MappingProxyType
from typing import TYPE_CHECKING

from app.errors import SessionStateError

if TYPE_CHECKING:
    from collections.abc import Mapping


class SessionState(Enum):
    """Where a session stands; STOPPED and FAILED are final."""

    IDLE = "idle"
    LOADING = "loading"
    RUNNING = "running"
    PAUSED = "paused"
    STOPPING = "stopping"
    STOPPED = "stopped"
    FAILED = "failed"

    @property
    def is_final(self) -> bool:
        """True where nothing follows."""
        return not TRANSITIONS[self]


TRANSITIONS: Mapping[SessionState, frozenset[SessionState]] = MappingProxyType(
    {
        SessionState.IDLE: frozenset({SessionState.LOADING, SessionState.STOPPED}),
        SessionState.LOADING: frozenset(
            {SessionState.RUNNING, SessionState.STOPPING, SessionState.FAILED}
        ),
        SessionState.RUNNING: frozenset(
            {SessionState.PAUSED, SessionState.STOPPING, SessionState.FAILED}
        ),
        SessionState.PAUSED: frozenset(
            {SessionState.RUNNING, SessionState.STOPPING, SessionState.FAILED}
        ),
        SessionState.STOPPING: frozenset({SessionState.STOPPED, SessionState.FAILED}),
        SessionState.STOPPED: frozenset(),
        SessionState.FAILED: frozenset(),
    }
)


def step(current: SessionState, following: SessionState) -> SessionState:
    """`following`, where it may come after `current`.

    Raises:
        SessionStateError: It may not.
    """
    if following not in TRANSITIONS[current]:
        raise SessionStateError(
            f"a session cannot go from {current.value} to {following.value}; make a new session"
        )
    return following
