"""The rules of the built-in match hold for any seed."""

from __future__ import annotations

import math
from itertools import pairwise

from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine.match import pitch
from engine.match.events import EventKind, MatchEvent
from engine.match.simulator import GOALS_TO_WIN, MIN_GAP_S, STEERED_PLAYER, Match

SEEDS = st.integers(0, 600_000)


def play(match: Match, seconds: int) -> list[MatchEvent]:
    moments = (match.advance() for _ in range(seconds * 10))
    return [event for event in moments if event is not None]


@settings(max_examples=20)
@given(SEEDS)
def test_a_seed_decides_everything(seed: int) -> None:
    first, second = Match(seed), Match(seed)
    assert play(first, 120) == play(second, 120)
    assert first.scene() == second.scene()


@settings(max_examples=20)
@given(SEEDS)
def test_no_second_holds_two_events_and_goals_are_not_rare(seed: int) -> None:
    events = play(Match(seed), 900)
    times = [event.time_s for event in events]
    assert all(b - a >= MIN_GAP_S - 1e-9 for a, b in pairwise(times))
    goals = [event.time_s for event in events if event.kind is EventKind.GOAL]
    assert all(b - a < 150 for a, b in pairwise(goals))


@settings(max_examples=20)
@given(SEEDS)
def test_the_score_counts_goals_and_starts_again_at_a_new_match(seed: int) -> None:
    score = (0, 0)
    for event in play(Match(seed), 1200):
        if event.new_match:
            assert max(score) in {0, GOALS_TO_WIN}
            score = (0, 0)
        if event.kind is EventKind.GOAL:
            score = (score[0] + (event.team == 0), score[1] + (event.team == 1))
        if not (max(score) == GOALS_TO_WIN and event.kind is not EventKind.GOAL):
            assert event.score == score


@settings(max_examples=10)
@given(SEEDS)
def test_only_passes_have_zones_and_every_kind_happens(seed: int) -> None:
    events = play(Match(seed), 3600)
    assert {event.kind for event in events} == set(EventKind)
    assert all((event.zone is not None) == (event.kind is EventKind.PASS) for event in events)


@settings(max_examples=20)
@given(SEEDS)
@example(1170)  # tackle upon tackle, each a little further down
def test_players_and_ball_stay_in_the_picture(seed: int) -> None:
    match = Match(seed)
    for _ in range(3000):
        match.advance()
        scene = match.scene()
        for x, y in (*scene.players, scene.ball):
            assert 0 <= x <= pitch.PICTURE_WIDTH
            assert 0 <= y <= pitch.PICTURE_HEIGHT


def test_a_steered_player_goes_where_he_is_pushed() -> None:
    match = Match(3)
    match.steer((1.0, 0.0))
    for _ in range(100):
        match.advance()
    x, _ = match.scene().players[STEERED_PLAYER]
    assert x > pitch.RIGHT - 2


@settings(max_examples=20)
@given(SEEDS)
def test_a_player_who_is_let_go_walks_on_from_where_he_is(seed: int) -> None:
    match = Match(seed)
    match.steer((1.0, 0.6))
    for _ in range(100):
        match.advance()
    match.steer(None)
    places: list[tuple[float, float]] = []
    for _ in range(100):
        places.append(match.scene().players[STEERED_PLAYER])
        match.advance()
    assert max(math.dist(*pair) for pair in pairwise(places)) < 3
