from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.subtitles.settings import Pacing
from app.subtitles.steady import MIN_READING_S, SteadyFlow
from app.subtitles.text import columns
from app.subtitles.view import FADE_S
from tests.app.subtitles.player import Piece, pieces, play

PAGE = 40


def fits(text: str) -> bool:
    return columns(text) <= PAGE


def squeezed(text: str) -> str:
    return "".join(text.split())


@given(pieces(), st.sampled_from((5, 17, 60)), st.sampled_from((1.0, 5.0)))
def test_every_page_stays_unchanged_until_it_could_be_read(
    commentary: list[Piece], speed: int, max_lag_s: float
) -> None:
    flow = SteadyFlow(Pacing(reading_speed=speed, max_lag_s=max_lag_s, hold_s=2.0), fits)
    show = play(flow, commentary)
    for start, end, text in show.texts():
        if text:
            assert end - start >= max(MIN_READING_S, columns(text) / speed) - 1e-6
            assert fits(text)


@given(pieces(), st.sampled_from((5, 17)), st.sampled_from((1.0, 5.0)), st.sampled_from((0, 0.3)))
def test_what_comes_is_shown_in_order_and_in_time_or_counted_as_skipped(
    commentary: list[Piece], speed: int, max_lag_s: float, late_s: float
) -> None:
    flow = SteadyFlow(Pacing(reading_speed=speed, max_lag_s=max_lag_s), fits)
    show = play(flow, commentary, late_s)
    letters = [(letter, at) for at, text in _arrivals(commentary) for letter in squeezed(text)]
    shown = [(letter, at) for at, _, text in show.texts() for letter in squeezed(text)]
    skipped = sum(len(squeezed(phrase.text)) for phrase in flow.skipped)
    assert len(shown) + skipped == len(letters)
    came = iter(letters)
    for letter, shown_at in shown:  # in order: each is found behind the one before
        came_at = next(at for other, at in came if other == letter)
        assert shown_at >= came_at
    if not flow.skipped:
        assert [letter for letter, _ in shown] == [letter for letter, _ in letters]


@given(pieces(), st.sampled_from((1.0, 5.0)))
def test_no_page_holds_a_phrase_that_waited_too_long(
    commentary: list[Piece], max_lag_s: float
) -> None:
    flow = SteadyFlow(Pacing(reading_speed=5, max_lag_s=max_lag_s), fits)
    commentary = [Piece(p.gap_s, f" {i:04d}.", is_last=True) for i, p in enumerate(commentary)]
    arrived = {text.strip(): at for at, text in _arrivals(commentary)}
    for shown_at, _, text in play(flow, commentary).texts():
        for phrase in text.split():
            assert shown_at - arrived[phrase] <= max_lag_s + 1e-6


def _arrivals(commentary: list[Piece]) -> list[tuple[float, str]]:
    now, arrivals = 0.0, []
    for piece in commentary:
        now += piece.gap_s
        arrivals.append((now, piece.text))
    return arrivals


def test_only_whole_phrases_appear() -> None:
    flow = SteadyFlow(Pacing(), fits)
    for i, piece in enumerate(("Falcons", "attack.", "Seven", "shoots")):
        flow.add(f" {piece}", i / 10)
        view = flow.advance(i / 10)
    assert view.text == "Falcons attack."
    flow.add(" and scores!", 1.0)
    flow.end_line(1.0)
    assert flow.advance(1.0).text == "Falcons attack."
    assert flow.advance(2.0).text == "Seven shoots and scores!"


def test_a_sentence_goes_on_in_the_next_line_but_is_not_waited_for_long() -> None:
    flow = SteadyFlow(Pacing(), fits)
    flow.add(" Falcons come", 0.0)
    flow.end_line(0.2)
    flow.add("down the left", 1.0)
    flow.end_line(1.1)
    assert flow.advance(1.2).is_empty
    assert flow.next_change_at == pytest.approx(2.2)
    assert flow.advance(2.2).text == "Falcons come down the left"


def test_old_text_fades_in_silence_and_new_text_takes_its_place_at_once() -> None:
    flow = SteadyFlow(Pacing(hold_s=3.0), fits)
    flow.add(" Goal!", 0.0)
    flow.end_line(0.0)
    assert flow.advance(0.0).opacity == 1
    assert flow.advance(MIN_READING_S + 3.0).opacity == 1
    assert flow.advance(MIN_READING_S + 3.0 + FADE_S / 2).opacity == pytest.approx(0.5)
    flow.add(" Again!", 4.4)
    flow.end_line(4.4)
    again = flow.advance(4.4)
    assert (again.text, again.opacity) == ("Again!", 1)
    assert flow.advance(10.0).is_empty
    assert flow.next_change_at is None


def test_jump_to_now_shows_the_newest_phrase_at_once() -> None:
    flow = SteadyFlow(Pacing(max_lag_s=30), fits)
    for text in ("A first long sentence fills this page.", "A second one waits.", "Now!"):
        flow.add(f" {text}", 0.0)
        flow.end_line(0.0)
        flow.advance(0.0)
    flow.jump_to_now(0.1)
    assert flow.advance(0.1).text == "Now!"
    assert [phrase.text for phrase in flow.skipped] == ["A second one waits."]


def test_phrases_that_wait_share_a_page_where_they_fit() -> None:
    flow = SteadyFlow(Pacing(), fits)
    for text in ("One long enough to be read for a while.", "Two.", "Three.", "进球了。", "好。"):
        flow.add(f" {text}", 0.0)
        flow.end_line(0.0)
        flow.advance(0.0)
    assert flow.next_change_at is not None
    assert flow.advance(flow.next_change_at).text == "Two. Three.进球了。好。"
