"""Freshness of waiting lines, with times that the test makes up."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.speech.queue import FreshQueue, Utterance
from app.transcripts.line import TranscriptLine

ages = st.lists(st.floats(0, 20), max_size=12)


def utterance(index: int, said_at_s: float) -> Utterance:
    return Utterance(TranscriptLine(index, 0, 1, f"line {index}"), said_at_s)


def filled(times_s: list[float]) -> tuple[FreshQueue, list[Utterance]]:
    queue = FreshQueue()
    utterances = [utterance(index, said_at_s) for index, said_at_s in enumerate(times_s)]
    for each in utterances:
        queue.put(each)
    return queue, utterances


@given(ages, st.floats(1, 30))
def test_a_line_is_dropped_or_taken_never_both_and_never_lost(
    times_s: list[float], fresh_s: float
) -> None:
    queue, utterances = filled(times_s)
    now_s = 20.0
    dropped = list(queue.drop_stale(now_s, fresh_s))
    taken: list[Utterance] = []
    while (each := queue.take()) is not None:
        taken.append(each)
    assert all(now_s - each.said_at_s > fresh_s for each in dropped)
    assert all(now_s - each.said_at_s <= fresh_s for each in taken)
    assert sorted(dropped + taken, key=lambda each: each.line.index) == utterances
    assert taken == sorted(taken, key=lambda each: each.line.index)


@given(ages)
def test_clear_gives_all_in_order_and_leaves_none(times_s: list[float]) -> None:
    queue, utterances = filled(times_s)
    assert len(queue) == len(utterances)
    assert list(queue.clear()) == utterances
    assert len(queue) == 0
    assert queue.take() is None


def test_a_line_is_fresh_up_to_the_limit_itself() -> None:
    line = utterance(0, 10.0)
    assert not line.is_stale(14.0, fresh_s=4.0)
    assert line.is_stale(14.001, fresh_s=4.0)
