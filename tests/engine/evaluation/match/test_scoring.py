"""The judge gives all to perfect commentary, nothing to silence, and less for every fault."""

from __future__ import annotations

import random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engine.evaluation.match.score import MatchScore, sum_up
from engine.evaluation.match.scoring import TOLERANCE_S, HeardLine, judge_rounds
from engine.match import EventKind, MatchEvent, Teams, Zone
from engine.match.words import line_for
from tests.engine.evaluation.match.commentators import Told, told_perfectly

TEAMS = Teams(("Falcons", "Sharks"), ("red", "blue"))
SEEDS = st.integers(650_000, 650_011)
QUICK = settings(max_examples=25)


def score_of(told: Told) -> MatchScore:
    return sum_up(judge_rounds(told.lines, told.events, told.teams))


def judged(events: list[MatchEvent], said: dict[int, str], seconds: int = 10) -> MatchScore:
    """The score of hand-made lines by their seconds."""
    lines = [HeardLine(i, i + 1.0, said.get(i, "")) for i in range(seconds)]
    return sum_up(judge_rounds(lines, events, TEAMS))


def goal(time_s: float, team: int = 0, score: tuple[int, int] = (1, 0)) -> MatchEvent:
    return MatchEvent(time_s, EventKind.GOAL, team, score)


def a_pass(time_s: float, team: int = 0, zone: Zone = Zone.TOP_LEFT) -> MatchEvent:
    return MatchEvent(time_s, EventKind.PASS, team, (0, 0), zone)


@QUICK
@given(SEEDS)
def test_perfect_commentary_is_perfect_in_every_number(seed: int) -> None:
    told = told_perfectly(seed)
    score = score_of(told)
    happened = {event.kind for event in told.events}
    assert all(score.kinds[kind].f1 == (kind in happened) for kind in EventKind)
    assert score.names.value == score.silence.value == 1
    assert score.names.of == sum(event.team is not None for event in told.events)
    assert score.scores.hits == sum(event.kind is EventKind.GOAL for event in told.events)
    assert score.spoiled.hits == 0


@QUICK
@given(SEEDS)
def test_silence_is_no_success(seed: int) -> None:
    told = told_perfectly(seed)
    silent = [HeardLine(line.start_s, line.end_s, " ") for line in told.lines]
    score = sum_up(judge_rounds(silent, told.events, told.teams))
    assert score.all_kinds.f1 == 0
    assert score.all_kinds.missed == len(told.events)
    assert score.names.value == score.scores.value == 0
    assert score.silence.value == 1  # which is why silence alone is no figure to be judged by
    assert score.spoiled.of == 0


@QUICK
@given(SEEDS, st.data())
def test_a_line_left_out_is_an_event_missed(seed: int, data: st.DataObject) -> None:
    told = told_perfectly(seed)
    index = data.draw(st.sampled_from(told.spoken()))
    whole, score = score_of(told), score_of(told.with_line(index, ""))
    assert score.all_kinds.missed == 1
    assert score.all_kinds.right == whole.all_kinds.right - 1
    assert score.all_kinds.f1 < 1
    assert score.silence == whole.silence


@QUICK
@given(SEEDS, st.data())
def test_a_line_said_twice_is_false_breaks_the_silence_and_spoils(
    seed: int, data: st.DataObject
) -> None:
    told = told_perfectly(seed)
    index = data.draw(st.sampled_from(told.spoken()))
    assume(index + 1 in told.silent())
    score = score_of(told.with_line(index + 1, told.lines[index].text))
    assert score.all_kinds.false == 1
    assert score.all_kinds.right == len(told.events)
    assert score.all_kinds.f1 < 1
    assert score.silence.hits == score.silence.of - 1
    assert score.spoiled.hits == 1


@QUICK
@given(SEEDS, st.data())
def test_words_that_say_nothing_spoil_and_break_the_silence(seed: int, data: st.DataObject) -> None:
    told = told_perfectly(seed)
    score = score_of(told.with_line(data.draw(st.sampled_from(told.silent())), "What a game"))
    assert score.all_kinds.f1 == 1
    assert score.spoiled.hits == 1
    assert score.silence.hits == score.silence.of - 1


@QUICK
@given(SEEDS, st.data())
def test_a_line_three_seconds_off_is_false_and_its_event_missed(
    seed: int, data: st.DataObject
) -> None:
    told = told_perfectly(seed)
    index = data.draw(st.sampled_from(told.spoken()))
    assume(index + 3 in told.silent())
    text = told.lines[index].text
    assume(all(text != told.lines[index + late].text for late in range(1, 6) if index + late < 300))
    moved = told.with_line(index, "").with_line(index + 3, text)
    score = score_of(moved)
    assert score.all_kinds.missed >= 1
    assert score.all_kinds.false >= 1
    assert score.silence.hits == score.silence.of - 1


@QUICK
@given(SEEDS, st.integers(0, 10_000))
def test_a_wrong_team_costs_the_name_and_nothing_else(seed: int, choice: int) -> None:
    told = told_perfectly(seed)
    own = [event for event in told.events if event.team is not None and not event.new_match]
    event = own[choice % len(own)]
    other = Teams(told.teams.names[::-1], told.teams.colours[::-1])
    text = line_for(event, other, random.Random(choice))
    if event.kind is EventKind.GOAL:  # the running score stays right
        first = event.team or 0
        text = text.replace(other.score(event.score, first), told.teams.score(event.score, first))
    index = next(i for i in told.spoken() if told.lines[i].text and _tells(told, i, event))
    score = score_of(told.with_line(index, text))
    assert score.names.hits == score.names.of - 1
    assert score.all_kinds.f1 == 1
    assert score.scores.hits == score.scores.of
    assert score.spoiled.hits == 0


def _tells(told: Told, index: int, event: MatchEvent) -> bool:
    return 0 <= told.lines[index].time_s - event.time_s <= 1


@pytest.mark.parametrize(("time_s", "fits"), [(2.0, True), (1.9, False), (5.0, True), (5.1, False)])
def test_the_tolerance_ends_at_its_edge(time_s: float, *, fits: bool) -> None:
    said = {3: "Goal for the red Falcons! It is red 1, blue 0."}  # its middle is at 3.5 s
    assert abs(time_s - 3.5) == TOLERANCE_S or not fits
    counts = judged([goal(time_s)], said).kinds[EventKind.GOAL]
    assert (counts.right, counts.false, counts.missed) == ((1, 0, 0) if fits else (0, 1, 1))


def test_an_event_is_claimed_once() -> None:
    said = {
        3: "Goal for the red Falcons! It is red 1, blue 0.",
        4: "The red Falcons score! It is red 1, blue 0.",
    }
    score = judged([goal(3.5)], said)
    counts = score.kinds[EventKind.GOAL]
    assert (counts.right, counts.false, counts.missed) == (1, 1, 0)
    assert score.spoiled.hits == 1  # the same claim in other words


def test_a_line_does_not_take_the_event_of_the_next_line() -> None:
    events = [a_pass(3.6, team=0), a_pass(5.2, team=1)]  # the second is nearer to the first line
    said = {4: "Pass by the red Falcons, top left.", 5: "The blue Sharks pass it top left."}
    score = judged(events, said)
    assert score.kinds[EventKind.PASS].f1 == 1
    assert score.names.value == 1


def test_late_lines_keep_their_order() -> None:
    events = [a_pass(3.6, team=0), a_pass(5.2, team=1)]
    said = {4: "Here are the red Falcons, top left.", 6: "Here are the blue Sharks, top left."}
    score = judged(events, said)
    assert score.names.value == score.kinds[EventKind.PASS].f1 == 1


def test_a_pass_to_another_zone_is_false_and_the_pass_missed() -> None:
    counts = judged([a_pass(3.5)], {3: "Pass by the red Falcons, top right."}).kinds[EventKind.PASS]
    assert (counts.right, counts.false, counts.missed) == (0, 1, 1)


@pytest.mark.parametrize(
    ("text", "name", "score"),
    [
        ("Goal for the red Falcons! It is red 1, blue 0.", True, True),
        ("Goal for the red Falcons! It is blue 0, red 1.", True, True),
        ("Goal for the red Falcons! It is red 0, blue 1.", True, False),
        ("Goal for the blue Sharks! It is red 1, blue 0.", False, True),
        ("Goal for the blue Falcons! It is red 1, blue 0.", False, True),
        ("Goal for the red Sharks! It is red 1, red 0.", False, False),
    ],
)
def test_names_and_scores_at_goals(text: str, *, name: bool, score: bool) -> None:
    found = judged([goal(3.5)], {3: text})
    assert found.kinds[EventKind.GOAL].f1 == 1
    assert (found.names.hits, found.scores.hits) == (int(name), int(score))


@pytest.mark.parametrize(
    ("is_new", "text", "right"),
    [
        (True, "New match, the red Falcons kick off. It is red 0, blue 0.", True),
        (True, "Kick-off by the red Falcons. It is red 0, blue 0.", True),
        (False, "Kick-off by the red Falcons. It is red 0, blue 0.", True),
        (False, "New match, the red Falcons kick off. It is red 0, blue 0.", False),
    ],
)
def test_only_a_new_match_is_called_new(text: str, *, is_new: bool, right: bool) -> None:
    event = MatchEvent(3.5, EventKind.KICK_OFF, 0, (0, 0), new_match=is_new)
    assert (judged([event], {3: text}).kinds[EventKind.KICK_OFF].f1 == 1) is right


def test_half_time_has_no_team_to_name() -> None:
    event = MatchEvent(3.5, EventKind.HALF_TIME, None, (2, 1))
    score = judged([event], {3: "Half-time. It is red 2, blue 1."})
    assert score.kinds[EventKind.HALF_TIME].f1 == 1
    assert score.names.of == score.scores.of == 0


@QUICK
@given(SEEDS, st.integers(1, 299), st.randoms(use_true_random=False))
def test_stretches_add_up_to_the_whole(seed: int, cut: int, rng: random.Random) -> None:
    told = told_perfectly(seed)
    lines = list(told.lines)
    rng.shuffle(lines)
    shuffled = [
        HeardLine(there.start_s, there.end_s, line.text)
        for there, line in zip(told.lines, lines, strict=True)
    ]
    rounds = judge_rounds(shuffled, told.events, told.teams)
    whole = sum_up(rounds)
    assert sum_up([sum_up(rounds[:cut]), sum_up(rounds[cut:])]) == whole
    assert whole.all_kinds.right + whole.all_kinds.missed == len(told.events)
    parsed = whole.all_kinds.right + whole.all_kinds.false
    assert parsed == whole.spoiled.of == len(told.spoken())


def test_a_late_line_is_not_torn_from_its_event() -> None:
    lines = [HeardLine(i, i + 1.0, "") for i in range(10)]
    lines[5] = HeardLine(5, 6, "Goal for the red Falcons! It is red 1, blue 0.")
    rounds = judge_rounds(lines, [goal(4.5)], TEAMS)
    before, after = sum_up(rounds[:5]), sum_up(rounds[5:])
    assert before.kinds[EventKind.GOAL].f1 == before.scores.value == 1
    assert after.all_kinds.false == after.all_kinds.missed == 0
