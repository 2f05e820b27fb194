"""What the report concludes, from commentary whose quality is known."""

from __future__ import annotations

import random
from dataclasses import replace
from functools import cache

import pytest

from engine.evaluation.match.bars import BARS
from engine.evaluation.match.comparison import FEWEST_STRETCHES, compare
from engine.evaluation.match.findings import (
    Comparison,
    compare_models,
    compare_variants,
    not_run,
    remarks,
)
from engine.evaluation.match.settings import MatchSettings
from engine.evaluation.match.summary import Row, Summary, summarise
from engine.evaluation.match.variants import BASE, VARIANTS
from tests.engine.evaluation.match.commentators import Told, as_run, told_perfectly

SEEDS, SECONDS = (650_000, 650_001), 1800


def other_names(told: Told, share: float) -> Told:
    """The same with the teams' names swapped in a share of the lines."""
    rng = random.Random(1)
    one, other = told.teams.names
    lines = [
        replace(line, text=line.text.replace(one, "?").replace(other, one).replace("?", other))
        if rng.random() < share
        else line
        for line in told.lines
    ]
    return replace(told, lines=tuple(lines))


@cache
def row(variant: str = BASE, *, swapped: float = 0.0, seconds: int = SECONDS) -> Summary:
    """The figures of a commentator who knows all, or swaps names."""
    config = VARIANTS[variant].config
    runs = tuple(
        as_run(other_names(told_perfectly(seed, seconds), swapped), seed, config) for seed in SEEDS
    )
    return summarise(Row("model", variant, runs))


def test_perfect_commentary_passes_every_bar() -> None:
    summary = row()
    assert {bar.what: bar.verdict(summary) for bar in BARS} == {bar.what: "pass" for bar in BARS}
    assert [stretch.start_s for stretch in summary.stretches] == [0, 300, 600, 900, 1200, 1500]
    assert summary.minutes == 60


def test_silence_passes_no_bar_but_those_of_cost_and_silence() -> None:
    told = told_perfectly(SEEDS[0], SECONDS)
    silent = replace(told, lines=tuple(replace(line, text="") for line in told.lines))
    summary = summarise(Row("model", BASE, tuple(as_run(silent, seed) for seed in SEEDS)))
    passed = {bar.what for bar in BARS if bar.verdict(summary) == "pass"}
    assert passed == {
        "silent seconds kept silent",
        "engine time per second of video, s",
        "minutes of match in all",
    }


def test_a_short_match_gives_no_verdict_on_its_end() -> None:
    verdicts = {bar.what: bar.verdict(row(seconds=120)) for bar in BARS}
    assert verdicts["score right at goals, after 15 min"] == "no data"
    assert verdicts["difference of these two"] == "no data"
    assert verdicts["minutes of match in all"] == "fail"


def test_differences_count_only_outside_of_their_interval() -> None:
    base = row()
    same = compare(base, base)
    assert {name: item.direction for name, item in same.items()} == dict.fromkeys(same, "equal")
    worse = compare(row("no_sink", swapped=0.5), base)["names"]
    assert worse.direction == "lower"
    assert worse.value is not None
    assert worse.low is not None
    assert worse.high is not None
    assert worse.low < worse.value - 1 < worse.high < 0
    assert worse.num_stretches == 2 * 6


def test_expected_effects_that_do_not_show_are_said_to_be_missing() -> None:
    weak, strong = row("no_sink"), row("no_sink", swapped=0.5)
    (missing,) = compare_variants([row(), weak])
    assert missing.shows("names") is False
    assert (
        "equal within the interval: the expected effect (lower) does not show"
        in missing.sentence("names")
    )
    (shown,) = compare_variants([row(), strong])
    assert shown.shows("names") is True
    assert shown.sentence("names") == "lower, as expected"
    assert shown.sentence("cache MiB") == "equal within the interval"


def test_too_little_to_tell_is_said_so() -> None:
    (short,) = compare_variants([row(seconds=600), row("no_sink", seconds=600)])
    difference = short.differences["names"]
    assert difference.num_stretches == 4 < FEWEST_STRETCHES
    assert difference.direction is None
    assert short.shows("names") is None
    assert "too short to tell" in short.sentence("names")


def test_a_match_that_broke_off_is_compared_where_both_played() -> None:
    told = told_perfectly(SEEDS[0], SECONDS)
    config = VARIANTS["full"].config
    run = as_run(told, SEEDS[0], config)
    played = run.performance
    stopped = replace(
        run,
        performance=replace(
            played,
            lines=played.lines[:700],
            costs=played.costs[:700],
            events=tuple(event for event in played.events if event.time_s <= 699.5),
            stopped="memory",
        ),
    )
    summary = summarise(Row("model", "full", (stopped,)))
    assert compare(summary, row())["event F1"].num_stretches == 2
    assert summary.total.all_kinds.f1 == 1
    assert summary.costs.bound_tokens is None
    assert any("700 of 1800 rounds: memory" in remark for remark in remarks([summary]))


def test_vision_16_is_not_held_against_itself() -> None:
    assert compare_variants([row(), row("vision_16")]) == []


def test_models_are_compared_under_the_method_itself() -> None:
    other = row(swapped=0.5)
    named = replace(other, row=replace(other.row, model="without overlap"))
    (comparison,) = compare_models([row(), row("no_sink"), named])
    assert (comparison.name, comparison.base) == ("without overlap", "model")
    assert isinstance(comparison, Comparison)
    assert comparison.sentence("names") == "lower"


@pytest.mark.parametrize(
    ("models", "variants", "said"),
    [
        (("a",), ("streaming",), "Training with and without overlapped clips: it needs two models"),
        (("a",), ("streaming", "full"), "not asked for: window, window_overlap"),
        (("a", "b"), ("full",), 'Without "streaming" there is nothing'),
    ],
)
def test_what_was_not_run_is_said(
    models: tuple[str, ...], variants: tuple[str, ...], said: str, tmp_path: object
) -> None:
    settings = MatchSettings(models, variants, (1,), 60, tmp_path)  # type: ignore[arg-type]
    gaps = " ".join(not_run(settings, []))
    assert said in gaps
    assert "real screen" in gaps
    assert ("overlapped clips" in gaps) is (len(models) == 1)


def test_runs_of_different_sources_are_pointed_out() -> None:
    run = as_run(told_perfectly(1), 1)
    later = replace(run, origin=replace(run.origin, commit="def", is_changed=True))
    found = " ".join(remarks([summarise(Row("model", BASE, (run, later)))]))
    assert "different versions of the source (abc, def)" in found
    assert "not committed" in found
    assert remarks([summarise(Row("model", BASE, (run,)))]) == []
