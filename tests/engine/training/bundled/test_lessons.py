"""What the bundled model is taught: drills, glances and clips, and what they remember."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.match import words
from engine.match.commentary import SpokenLine, commentate, round_of
from engine.match.events import EventKind, MatchEvent
from engine.match.parsing import parse_line
from engine.match.simulator import GOALS_TO_WIN, Match
from engine.match.stream import MatchStream
from engine.prompt import ChatLayout
from engine.training.bundled import blank
from engine.training.bundled.clips import (
    MatchClips,
    MatchGlances,
    event_in,
    events_of,
    scenes_of,
)
from engine.training.bundled.drills import (
    SHORT,
    CommentaryDrills,
    GoalDrills,
    PairDrills,
    TallyDrills,
)
from engine.training.bundled.memory import last_score, made_up, remembered
from engine.training.bundled.scores import Retelling, Told
from engine.training.bundled.vocabulary import HardWords

if TYPE_CHECKING:
    from engine.training.clip import Clip

SEEDS = st.integers(0, 500_000)


def lines_of(seed: int, seconds: int) -> tuple[words.Teams, list[SpokenLine]]:
    rng = random.Random(seed)
    match, teams = Match(seed), words.choose_teams(rng)
    events = [event for event in (match.advance() for _ in range(seconds * 10)) if event]
    return teams, commentate(events, teams, rng)


def tells_score(line: SpokenLine) -> bool:
    claim = parse_line(line.text)
    assert claim is not None
    return claim.score is not None


@settings(max_examples=30)
@given(SEEDS, st.integers(0, 400))
def test_what_is_remembered_begins_with_the_introduction_and_holds_the_last_score(
    seed: int, seconds: int
) -> None:
    teams, lines = lines_of(seed, seconds)
    told = [line.text for line in lines if tells_score(line)]
    for text in (
        remembered("Hello.", lines, teams, rng=random.Random(seed)),
        last_score("Hello.", lines, teams),
    ):
        assert text.startswith("Hello.")
        assert not told or told[-1] in text


@settings(max_examples=30)
@given(SEEDS, st.integers(0, 4))
def test_the_event_of_a_second_is_the_one_that_is_told_in_it(seed: int, tenths: int) -> None:
    stream, phase_s = MatchStream(seed), tenths / 10
    found = []
    for index in range(60):
        scenes_of(stream, phase_s + index, 1)
        event = event_in(stream, phase_s, index)
        found += [] if event is None else [event]
    all_events = events_of(stream, phase_s, 60)
    assert found == [event for event in all_events if round_of(event) < 60]


def retold(seed: int, *, leaps: bool = True) -> list[tuple[MatchEvent, Told]]:
    """Ten minutes of a match, and how they are told."""
    match = Match(seed)
    retelling = Retelling(random.Random(seed), leaps=leaps)
    events = filter(None, (match.advance() for _ in range(6000)))
    return [(event, retelling.retell(event)) for event in events]


@settings(max_examples=10)
@given(SEEDS)
def test_a_retold_match_counts_rightly_but_where_it_leaps(seed: int) -> None:
    score = (0, 0)
    for event, told in retold(seed):
        before, score = score, told.event.score
        assert replace(told.event, score=event.score) == event
        assert max(score) <= GOALS_TO_WIN
        if event.new_match:
            assert score == (0, 0)
        elif not told.is_foreseeable:
            assert event.kind in words.TELLING_SCORE
            assert before != (0, 0)
            assert event.kind is not EventKind.GOAL or max(before) == GOALS_TO_WIN
        elif event.kind is EventKind.GOAL:
            assert event.team is not None
            assert score[event.team] == before[event.team] + 1
            assert score[1 - event.team] == before[1 - event.team]
        else:
            assert score == before


@settings(max_examples=10)
@given(SEEDS)
def test_a_match_is_told_as_it_is_where_nothing_leaps(seed: int) -> None:
    assert all(told == Told(event, True) for event, told in retold(seed, leaps=False))


def test_retold_scores_leap_away_from_the_true_ones() -> None:
    pairs = [pair for seed in range(4) for pair in retold(seed)]
    assert sum(told.event.score != event.score for event, told in pairs) > len(pairs) / 4
    assert any(not told.is_foreseeable for _, told in pairs)


def counted_goals(lines: list[str], teams: words.Teams) -> tuple[int, int] | None:
    """The score after `lines` by counting; asserts that every told score agrees."""
    score: dict[str, int] | None = None
    for claim in map(parse_line, lines):
        assert claim is not None
        if claim.new_match:
            assert score is None or max(score.values()) == GOALS_TO_WIN
            score = dict.fromkeys(teams.colours, 0)
        if claim.kind is EventKind.GOAL:
            assert score is not None
            assert claim.colour is not None
            score[claim.colour] += 1
        if claim.score is not None:
            assert dict(claim.score) == score
    return None if score is None else (score[teams.colours[0]], score[teams.colours[1]])


def lines_in(text: str) -> list[str]:
    """The lines that a text was joined from: a line is as many sentences as parse together."""
    sentences, lines = re.findall(r"[^.!]+[.!]", text), list[str]()
    while sentences:
        size = next(n for n in (3, 2, 1) if parse_line("".join(sentences[:n])) is not None)
        lines.append("".join(sentences[:size]))
        del sentences[:size]
    return lines


@settings(max_examples=30)
@given(SEEDS, st.integers(0, 400))
def test_made_up_goals_add_up_to_the_true_score(seed: int, seconds: int) -> None:
    teams, lines = lines_of(seed, seconds)
    text = made_up("", lines, teams, rng=random.Random(seed))
    told = [claim for line in lines if (claim := parse_line(line.text)) and claim.score]
    counted = counted_goals(lines_in(text), teams)
    if not told:
        assert counted is None
    else:
        score = told[-1].score
        assert score is not None
        assert dict(zip(teams.colours, counted or (), strict=True)) == dict(score)


@pytest.fixture(scope="module")
def layout() -> ChatLayout:
    return ChatLayout(blank.build(1)[1])


@settings(max_examples=20)
@given(SEEDS)
def test_pairs_keep_together_and_only_foreseeable_names_count(
    layout: ChatLayout, seed: int
) -> None:
    drill = PairDrills(layout, 1).drill(seed)
    hard = HardWords.of(layout, 1000)
    colours, names = set(hard.colours.tolist()), set(hard.names.tolist())
    paired: dict[int, int] = {}
    previous = -1
    for token, counts in zip(drill.ids, drill.counts, strict=True):
        if previous in colours:
            assert token in names
            assert counts == (previous in paired)
            assert paired.setdefault(previous, token) == token
        else:
            assert not counts
        previous = token


@settings(max_examples=20)
@given(SEEDS)
def test_a_tally_counts_what_can_be_known(layout: ChatLayout, seed: int) -> None:
    drill = TallyDrills(layout, 1).drill(seed)
    numbers: dict[int, int] = {}
    for at in range(0, len(drill.ids), 3):
        colour, number = drill.ids[at], int(layout.decode([drill.ids[at + 1]]))
        if drill.counts[at + 1]:
            assert number - numbers[colour] in {0, 1}
        numbers[colour] = number
    assert len(numbers) >= 2
    assert not any(drill.counts[0::3] + drill.counts[2::3])


@settings(max_examples=20)
@given(SEEDS)
def test_in_a_log_of_goals_names_and_scores_count(layout: ChatLayout, seed: int) -> None:
    hard = HardWords.of(layout, 1000)
    drill = GoalDrills(layout, 1, hard.looked_up).drill(seed)
    counted = {token for token, counts in zip(drill.ids, drill.counts, strict=True) if counts}
    assert counted <= hard.looked_up
    assert counted & set(hard.scores.tolist())


@settings(max_examples=10)
@given(SEEDS)
def test_the_introduction_of_a_drill_is_given_and_replies_count(
    layout: ChatLayout, seed: int
) -> None:
    drill = CommentaryDrills(layout, 1, SHORT).drill(seed)
    counted = [token for token, counts in zip(drill.ids, drill.counts, strict=True) if counts]
    assert layout.decode(drill.ids).startswith("system\n")
    assert "previous text" not in layout.decode(counted)
    assert not any(intro.split()[0] in layout.decode(counted) for intro in ("Welcome!", "Today"))
    assert drill == CommentaryDrills(layout, 1, SHORT).drill(seed)


def said(clip: Clip) -> list[str]:
    return [" ".join(turn.words) for turn in clip.turns if turn.words]


def test_clips_are_functions_of_their_index_and_their_lines_can_be_read_back() -> None:
    clips = MatchClips(6, 300)
    for index in range(len(clips)):
        clip, same = clips[index], clips[index]
        assert clip.turns == same.turns
        for frames, again in zip(clip.pictures, same.pictures, strict=True):
            assert frames.shape[0] == 2
            np.testing.assert_array_equal(frames, again)
        assert all(parse_line(text) for text in said(clip))
        assert 12 <= len(clip.turns) <= 24
    with pytest.raises(IndexError):
        clips[len(clips)]


def test_glances_are_mostly_events_of_every_kind() -> None:
    glances = MatchGlances(150, 300)
    claims = [parse_line(text) for index in range(150) for text in said(glances[index])]
    kinds = [claim.kind for claim in claims if claim is not None]
    assert len(kinds) == len(claims) > 80
    assert set(kinds) >= set(EventKind) - {EventKind.HALF_TIME}
    assert kinds.count(EventKind.PASS) < len(kinds) / 3
