"""What the meters remember, and how they judge it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.meters.lateness import SHOWN, SPOKEN, Grade, Thresholds
from app.meters.record import MAX_LINES, MAX_ROUNDS, MeterRecord
from app.session.messages import MetersUpdated
from app.transcripts.line import TranscriptLine
from engine.events import CacheUse, RoundTiming

METERS = MetersUpdated(2, 2, 0, RoundTiming(), CacheUse(1, 1, 1, 1, 9, 10), 0.5)


def line(index: int, captured_at: float) -> TranscriptLine:
    return TranscriptLine(index, float(index), index + 1.0, "Goal.", captured_at)


def test_a_line_was_shown_when_its_first_words_were() -> None:
    record = MeterRecord()
    record.see_words(3, 100.4)
    record.see_words(3, 100.9)
    record.add_line(line(3, 100.0), 101.0)
    record.add_line(line(5, 102.0), 103.5)
    record.hear(3, 102.25)
    record.hear(99, 500.0)
    first, second = record.lines
    assert first.shown_after_s == pytest.approx(0.4)
    assert first.spoken_after_s == pytest.approx(2.25)
    assert second.shown_after_s == pytest.approx(1.5)
    assert second.spoken_after_s is None


def test_what_was_saved_is_told_of_all_rounds() -> None:
    record = MeterRecord()
    assert record.saved_share == 0
    for share in (0.0, 0.5, 1.0, 0.5):
        record.add_round(replace(METERS, saved_share=share))
    assert record.saved_share == 0.5


def test_the_summary_tells_last_median_and_worst() -> None:
    record = MeterRecord()
    assert record.summary() is None
    for index, late in enumerate([3.0, 1.0, 2.0]):
        record.add_line(line(index, 10.0), 10.0 + late)
    summary = record.summary()
    assert summary is not None
    assert (summary.last_s, summary.median_s, summary.worst_s) == (2.0, 2.0, 3.0)
    assert summary.num_lines == 3


@given(st.integers(0, 500), st.integers(0, 300))
def test_hours_take_no_more_room_than_minutes(num_rounds: int, num_lines: int) -> None:
    record = MeterRecord()
    for _ in range(num_rounds):
        record.add_round(METERS)
    for index in range(num_lines):
        record.add_line(line(index, 1.0), 2.0)
    assert len(record.rounds) == min(num_rounds, MAX_ROUNDS)
    assert [times.index for times in record.lines] == list(range(num_lines))[-MAX_LINES:]


@pytest.mark.parametrize("thresholds", [SHOWN, SPOKEN, Thresholds(1.0, 2.0)])
def test_grades_change_at_their_thresholds(thresholds: Thresholds) -> None:
    assert thresholds.good_s < thresholds.fair_s
    assert thresholds.grade(thresholds.good_s) is Grade.GOOD
    assert thresholds.grade(thresholds.good_s + 0.01) is Grade.FAIR
    assert thresholds.grade(thresholds.fair_s) is Grade.FAIR
    assert thresholds.grade(thresholds.fair_s + 0.01) is Grade.LATE
