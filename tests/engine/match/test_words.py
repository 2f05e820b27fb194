"""What is said can be read back, and says nothing that only the truth knows."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.match.commentary import commentate, round_of
from engine.match.events import EventKind, MatchEvent, Zone
from engine.match.parsing import parse_line
from engine.match.words import (
    COLOURS,
    NAMES,
    PHRASINGS,
    TELLING_SCORE,
    Teams,
    choose_teams,
    line_for,
)

EVENTS = st.builds(
    MatchEvent,
    st.floats(0, 1e4).map(lambda t: round(t, 1)),
    st.sampled_from([kind for kind in EventKind if kind is not EventKind.HALF_TIME]),
    st.integers(0, 1),
    st.tuples(st.integers(0, 5), st.integers(0, 5)),
    st.sampled_from(list(Zone)),
)


@given(EVENTS, st.integers(0, 2**32))
def test_every_line_is_read_back_as_its_event(event: MatchEvent, seed: int) -> None:
    rng = random.Random(seed)
    teams = choose_teams(rng)
    claim = parse_line(line_for(event, teams, rng))
    assert claim is not None
    assert event.team is not None
    assert claim.kind is event.kind
    assert (claim.colour, claim.name) == (teams.colours[event.team], teams.names[event.team])
    if event.kind is EventKind.PASS:
        assert claim.zone is event.zone
    if event.kind in TELLING_SCORE and not event.new_match:
        first, other = event.team, 1 - event.team
        assert claim.score == (
            (teams.colours[first], event.score[first]),
            (teams.colours[other], event.score[other]),
        )


@given(EVENTS, st.integers(0, 2**32))
def test_words_are_spoken_in_the_second_after_the_event(event: MatchEvent, seed: int) -> None:
    rng = random.Random(seed)
    (line,) = commentate([event], choose_teams(rng), rng)
    assert line.round_index == round_of(event)
    words = line.timed_words()
    assert " ".join(word for _, _, word in words) == line.text
    assert all(line.round_index < end < line.round_index + 1 for _, end, _ in words)
    assert -0.5 <= line.round_index - event.time_s <= 0.5 + 1e-9


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Goal",
        "Goal for the red Falcons!",
        "Pass by the green Falcons, top left.",
        "Shot by the red Falcons! Shot by the red Falcons!",
    ],
)
def test_other_text_is_unparsable(text: str) -> None:
    assert parse_line(text) is None


def test_phrasings_are_unambiguous() -> None:
    teams = Teams((NAMES[0], NAMES[1]), (COLOURS[0], COLOURS[1]))
    templates = [template for some in PHRASINGS.values() for template in some]
    lines = {
        template.format(team=teams.full_name(0), zone=Zone.TOP_LEFT, score=teams.score((1, 0)))
        for template in templates
    }
    assert len(lines) == len(templates)
