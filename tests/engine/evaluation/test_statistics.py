"""Properties of win rates: what is counted for whom, and what an interval may depend on."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.evaluation.statistics import (
    Outcome,
    Vote,
    length_controlled_rate,
    tally,
    win_rate,
)

OUTCOMES: tuple[Outcome, ...] = ("win", "loss", "tie", "unparsable", "refused")
MIRRORED: dict[Outcome, Outcome] = {"win": "loss", "loss": "win"}

votes_strategy = st.lists(
    st.builds(
        Vote,
        st.sampled_from(["a", "b", "c", "d"]),
        st.sampled_from(OUTCOMES),
        st.integers(-50, 50).map(float),
    ),
    max_size=40,
)


def mirrored(vote: Vote) -> Vote:
    """The same vote, seen from the other side."""
    return Vote(vote.group, MIRRORED.get(vote.outcome, vote.outcome), -vote.extra_length)


@settings(max_examples=50)
@given(votes_strategy)
def test_every_vote_is_counted_once_and_ties_are_for_nobody(votes: list[Vote]) -> None:
    counted = tally(votes)
    assert counted.total == len(votes)
    for_nobody = counted.ties + counted.unparsable + counted.refused
    assert counted.decided + for_nobody == counted.total
    decided = [vote for vote in votes if vote.outcome in {"win", "loss"}]
    assert counted.win_rate == tally(decided).win_rate
    assert (counted.win_rate is None) == (not decided)


@settings(max_examples=50)
@given(votes_strategy)
def test_the_other_side_wins_the_rest(votes: list[Vote]) -> None:
    ours, theirs = tally(votes), tally(map(mirrored, votes))
    assert (ours.wins, ours.losses) == (theirs.losses, theirs.wins)
    if ours.win_rate is not None and theirs.win_rate is not None:
        assert ours.win_rate + theirs.win_rate == pytest.approx(1)


@settings(max_examples=20)
@given(votes_strategy, st.integers(0, 5), st.randoms(use_true_random=False))
def test_intervals_depend_on_votes_and_seed_alone(
    votes: list[Vote], seed: int, rng: random.Random
) -> None:
    first = win_rate(votes, seed=seed)
    rng.shuffle(votes)
    assert win_rate(votes, seed=seed) == first
    if first.interval is not None:
        assert 0 <= first.interval.low <= first.interval.high <= 1


def test_one_video_gives_no_interval() -> None:
    assert win_rate([Vote("a", "win"), Vote("a", "loss")] * 50).interval is None


def test_votes_on_one_video_count_as_one_draw() -> None:
    """A thousand votes that all videos agree within say no more than one vote a video."""
    videos = [("win" if index % 2 else "loss", f"{index}") for index in range(10)]
    once = [Vote(group, outcome) for outcome, group in videos]  # pyright: ignore[reportArgumentType]
    often = [vote for vote in once for _ in range(100)]
    assert win_rate(often).interval == win_rate(once).interval


def test_more_videos_narrow_the_interval() -> None:
    def width(num_videos: int) -> float:
        votes = [Vote(f"{index}", OUTCOMES[index % 2]) for index in range(num_videos)]
        interval = win_rate(votes).interval
        assert interval is not None
        return interval.high - interval.low

    assert width(200) < width(20) / 2


@settings(max_examples=50)
@given(votes_strategy)
def test_equal_lengths_leave_the_rate_as_it_is(votes: list[Vote]) -> None:
    level = [replace(vote, extra_length=0.0) for vote in votes]
    rate, controlled = tally(level).win_rate, length_controlled_rate(level)
    assert (rate is None) == (controlled is None)
    if rate is not None:
        assert controlled == pytest.approx(rate, abs=1e-6)


@settings(max_examples=50)
@given(votes_strategy)
def test_length_control_is_fair_to_both_sides(votes: list[Vote]) -> None:
    ours, theirs = length_controlled_rate(votes), length_controlled_rate([*map(mirrored, votes)])
    if ours is not None and theirs is not None:
        assert ours + theirs == pytest.approx(1, abs=1e-4)


@pytest.mark.parametrize("extra", [30.0, -30.0])
def test_equal_length_is_not_guessed_where_one_text_was_always_the_longer(extra: float) -> None:
    votes = [Vote(f"{index % 5}", OUTCOMES[index % 2], extra + index / 10) for index in range(40)]
    rate = win_rate(votes, length_control=True)
    assert rate.tally.win_rate == 0.5
    assert rate.length_controlled is None
    assert rate.length_controlled_interval is None


def test_length_control_takes_off_what_length_alone_wins() -> None:
    """One text is mostly longer, and the longer text mostly wins, whoever wrote it."""
    rng = random.Random(0)
    votes: list[Vote] = []
    for index in range(2000):
        longer = rng.random() < 0.8
        wins = longer if rng.random() < 0.9 else not longer
        votes.append(Vote(f"{index % 20}", "win" if wins else "loss", 30.0 if longer else -30.0))
    rate = win_rate(votes, length_control=True)
    assert rate.tally.win_rate is not None
    assert rate.tally.win_rate > 0.65
    assert rate.length_controlled == pytest.approx(0.5, abs=0.05)
    assert rate.length_controlled_interval is not None
    assert rate.length_controlled_interval.low < 0.5 < rate.length_controlled_interval.high
