"""The governor on simulated machines: it keeps up, never swings, and gives everything back."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from app.governor.effort import Effort, Saving, steps_from
from app.governor.governor import Decision, Governor, Limits
from engine.config import StreamingConfig

if TYPE_CHECKING:
    from collections.abc import Callable

FULL = Effort.of(StreamingConfig(sample_fps=4.0))
STEPS = steps_from(FULL)
LIMITS = Limits()


@dataclass
class Machine:
    """A machine on which a round costs more, the more goes into it.

    Attributes:
        slowness: Load of a round with the full effort, by the round's number.
        overhead: Share of that load that no step saves.
        noise: Largest deviation of a round, as a share.
    """

    slowness: Callable[[int], float]
    overhead: float = 0.2
    noise: float = 0.0
    governor: Governor = field(default_factory=lambda: Governor(FULL, STEPS))
    decisions: list[tuple[int, Decision]] = field(default_factory=list)
    loads: list[float] = field(default_factory=list)
    seed: int = 0

    def run(self, num_rounds: int) -> Machine:
        chance = random.Random(self.seed)
        for index in range(num_rounds):
            noisy = 1 + self.noise * chance.uniform(-1, 1)
            load = self.slowness(index) * self._cost(self.governor.effort) * noisy
            self.loads.append(load)
            decision = self.governor.observe(load)
            if decision is not None:
                self.decisions.append((index, decision))
        return self

    def _cost(self, effort: Effort) -> float:
        """Of a round: looking, running the window, speaking; 1 for the full effort."""
        seeing = effort.picture_share * math.ceil(effort.frames_per_chunk / 2) / 2
        remembering = effort.picture_share * effort.vision_window_rounds / 16
        speaking = effort.max_new_tokens / 20
        saved = 0.5 * seeing + 0.2 * remembering + 0.3 * speaking
        return self.overhead + (1 - self.overhead) * saved

    @property
    def directions(self) -> list[bool]:
        return [decision.is_down for _, decision in self.decisions]


def test_steps_come_in_their_order_each_on_top_of_the_last() -> None:
    savings = [step.saving for step in STEPS]
    assert savings == sorted(savings, key=list(Saving).index)
    assert set(savings) == set(Saving)
    for before, after in pairwise([FULL, *(step.effort for step in STEPS)]):
        assert after != before
        assert after.frames_per_chunk <= before.frames_per_chunk
        assert after.picture_share <= before.picture_share
        assert after.vision_window_rounds <= before.vision_window_rounds
        assert after.max_new_tokens <= before.max_new_tokens
    assert STEPS[-1].effort == Effort(1, 0.25, 4, 10)


def test_a_model_taught_on_one_picture_size_keeps_its_pictures() -> None:
    steps = steps_from(FULL, keeps_picture=True)
    assert {step.saving for step in steps} == {Saving.VISION, Saving.WORDS}
    assert all(step.effort.frames_per_chunk == FULL.frames_per_chunk for step in steps)


def test_small_settings_leave_fewer_steps() -> None:
    tiny = Effort.of(StreamingConfig(sample_fps=1.0, vision_window_rounds=0, max_new_tokens=5))
    assert {step.saving for step in steps_from(tiny)} == {Saving.PICTURE}


def test_rounds_that_take_no_time_are_no_trouble() -> None:
    machine = Machine(lambda index: 2.0 if index < 40 else 0.0).run(200)
    assert machine.governor.steps_down == 0


def test_a_machine_that_keeps_up_is_left_alone() -> None:
    assert Machine(lambda _: 0.85, noise=0.05).run(500).decisions == []


def test_a_slow_round_now_and_then_changes_nothing() -> None:
    assert Machine(lambda index: 1.2 if index % 10 == 0 else 0.6).run(500).decisions == []


def test_a_slow_machine_steps_down_in_order_until_it_keeps_up() -> None:
    machine = Machine(lambda _: 2.0).run(200)
    taken = [decision.saving for _, decision in machine.decisions]
    assert all(machine.directions)
    assert taken == [step.saving for step in STEPS[: len(taken)]]
    assert [decision.steps_down for _, decision in machine.decisions] == list(
        range(1, len(taken) + 1)
    )
    assert machine.loads[-1] <= LIMITS.high
    first, _ = machine.decisions[0]
    last, _ = machine.decisions[-1]
    assert first == LIMITS.down_rounds - 1
    assert last <= len(taken) * (LIMITS.down_rounds + LIMITS.settle_rounds)


def test_what_cannot_be_saved_ends_at_the_last_step() -> None:
    machine = Machine(lambda _: 50.0).run(300)
    assert machine.governor.steps_down == machine.governor.num_steps == len(machine.decisions)


def test_a_machine_that_recovers_gets_everything_back_in_reverse() -> None:
    machine = Machine(lambda index: 2.0 if index < 100 else 0.5).run(400)
    downs = [d.saving for _, d in machine.decisions if d.is_down]
    ups = [d.saving for _, d in machine.decisions if not d.is_down]
    assert ups == downs[::-1]
    assert machine.directions == sorted(machine.directions, reverse=True)
    assert machine.governor.steps_down == 0
    assert machine.governor.effort == FULL


@given(
    slowness=st.floats(0.1, 6.0),
    overhead=st.floats(0.0, 0.9),
    noise=st.floats(0.0, 0.08),
    seed=st.integers(0, 9999),
)
def test_a_steady_machine_is_never_swung(
    slowness: float, overhead: float, noise: float, seed: int
) -> None:
    machine = Machine(lambda _: slowness, overhead, noise, seed=seed).run(600)
    assert all(machine.directions)  # only down, and so at most once per step
    settled = machine.loads[-200:]
    keeps_up = sum(settled) / len(settled) <= LIMITS.high * (1 + noise)
    assert keeps_up or machine.governor.steps_down == machine.governor.num_steps


@given(
    before=st.floats(1.0, 6.0),
    after=st.floats(0.05, 0.6),
    overhead=st.floats(0.0, 0.9),
    noise=st.floats(0.0, 0.08),
    seed=st.integers(0, 9999),
)
def test_room_brings_everything_back(
    before: float, after: float, overhead: float, noise: float, seed: int
) -> None:
    def slowness(index: int) -> float:
        return before if index < 150 else after

    machine = Machine(slowness, overhead, noise, seed=seed).run(150 + 60 * (len(STEPS) + 1))
    assert machine.governor.steps_down == 0
    assert all(is_down for (index, _), is_down in _zipped(machine) if index < 150)
    assert not any(is_down for (index, _), is_down in _zipped(machine) if index >= 155)


def _zipped(machine: Machine) -> zip[tuple[tuple[int, Decision], bool]]:
    return zip(machine.decisions, machine.directions, strict=True)


@given(loads=st.lists(st.floats(0.0, 10.0), min_size=1, max_size=400))
def test_no_load_whatever_makes_it_hurry(loads: list[float]) -> None:
    """Two steps are never closer than what has to be measured; one step is taken at a time."""
    governor = Governor(FULL, STEPS)
    taken = [(index, d) for index, load in enumerate(loads) if (d := governor.observe(load))]
    downs = [0, *(decision.steps_down for _, decision in taken)]
    for (earlier, _), (later, decision) in pairwise([(-1, None), *taken]):
        assert decision is not None
        wait = LIMITS.down_rounds if decision.is_down else LIMITS.up_rounds
        settle = LIMITS.settle_rounds if earlier >= 0 else 0
        assert later - earlier >= wait + settle
    assert all(abs(now - before) == 1 for before, now in pairwise(downs))
    assert 0 <= governor.steps_down <= governor.num_steps


def test_a_load_that_comes_back_with_every_step_up_is_tried_ever_more_seldom() -> None:
    """A second program that works only while we do little: the worst case for any governor."""
    governor = Governor(FULL, STEPS)
    tried = []
    for index in range(4000):
        decision = governor.observe(1.2 if governor.steps_down == 0 else 0.3)
        if decision is not None and not decision.is_down:
            tried.append(index)
            governor.observe(1.2)
    waits = [later - earlier for earlier, later in pairwise(tried)]
    assert len(tried) <= 10
    assert all(later >= earlier for earlier, later in pairwise(waits))
