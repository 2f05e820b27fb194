"""The steps between a session's states."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import SessionStateError
from app.session.state import TRANSITIONS, SessionState, step


@given(st.lists(st.sampled_from(SessionState)))
def test_any_walk_keeps_to_the_table(wanted: list[SessionState]) -> None:
    state = SessionState.IDLE
    for following in wanted:
        if following in TRANSITIONS[state]:
            state = step(state, following)
            assert state is following
        else:
            with pytest.raises(SessionStateError, match=following.value):
                step(state, following)


def test_every_state_can_be_reached_and_left_for_an_end() -> None:
    reached = {SessionState.IDLE}
    for _ in SessionState:
        reached |= {following for state in reached for following in TRANSITIONS[state]}
    assert reached == set(SessionState)
    finals = {state for state in SessionState if state.is_final}
    assert finals == {SessionState.STOPPED, SessionState.FAILED}
    ends = set(finals)
    for _ in SessionState:
        ends |= {state for state in SessionState if TRANSITIONS[state] & ends}
    assert ends == set(SessionState)
