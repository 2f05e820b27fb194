"""When to make rounds cheaper, and when dearer again: pure decisions, one round after another.

A round's load is the time that it took as a share of the time that it is about: above 1 the engine
falls behind. A step down is taken where rounds take nearly all the time there is. A step up is
taken where the load that it would bring fits with room to spare: each step remembers what it
saved, and what it saved once it will cost again. Between both thresholds nothing happens, and a
step up that had to be taken back is tried again only after twice the time.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.governor.effort import Effort, Saving, Step

_LEAST_LOAD = 1e-6


@dataclass(frozen=True, slots=True)
class Limits:
    """When the governor acts.

    Attributes:
        high: A load above this is too much.
        room: A step up must leave the load below this.
        down_rounds: Rounds over which too much load is measured.
        up_rounds: Rounds that have to go well before a step up.
        settle_rounds: Rounds after a step that are not measured: the step takes hold in them.
        most_up_rounds: The longest wait for a step up after others had to be taken back.
    """

    high: float = 0.92
    room: float = 0.75
    down_rounds: int = 3
    up_rounds: int = 10
    settle_rounds: int = 2
    most_up_rounds: int = 640


@dataclass(frozen=True, slots=True)
class Decision:
    """A step that was taken.

    Attributes:
        steps_down: How far down it is now.
        is_down: The step went down.
        saving: What it saves on, or saved on.
        effort: From now on.
        load: Measured before.
    """

    steps_down: int
    is_down: bool
    saving: Saving
    effort: Effort
    load: float


class Governor:
    """Takes steps down where rounds are too slow, and up again where there is room.

    Args:
        full: The effort where nothing is saved.
        steps: The steps down, in order.
        limits: When it acts.
    """

    def __init__(self, full: Effort, steps: tuple[Step, ...], limits: Limits | None = None) -> None:
        self._full = full
        self._steps = steps
        self._limits = limits or Limits()
        self._loads: deque[float] = deque(maxlen=self._limits.up_rounds)
        self._gains: list[float] = []  # by how much the load fell with each step taken
        self._load_before: float | None = None  # a step down whose gain is not known yet
        self._settling = 0
        self._calm_rounds = 0
        self._up_rounds = self._limits.up_rounds  # the wait before the next step up
        self._went_up = False  # the last step went up and is still on trial

    @property
    def steps_down(self) -> int:
        """How far down it is."""
        return len(self._gains)

    @property
    def num_steps(self) -> int:
        """How far down it can go."""
        return len(self._steps)

    @property
    def effort(self) -> Effort:
        """What goes into a round now."""
        return self._steps[self.steps_down - 1].effort if self._gains else self._full

    def observe(self, load: float) -> Decision | None:
        """Take note of a round; gives the step that follows from it, if any."""
        if self._settling:
            self._settling -= 1
            return None
        self._loads.append(load)
        self._calm_rounds += 1
        mean = self._recent()
        if mean is None:
            return None
        self._learn_gain(mean)
        if mean > self._limits.high:
            self._calm_rounds = 0
            return self._step_down(mean)
        return self._step_up() if self._calm_rounds >= self._up_rounds else None

    def _recent(self) -> float | None:
        """The load of the last few rounds; None while too few were measured."""
        wanted = self._limits.down_rounds
        return fmean(list(self._loads)[-wanted:]) if len(self._loads) >= wanted else None

    def _learn_gain(self, load: float) -> None:
        if self._load_before is not None:
            self._gains[-1] = max(1.0, self._load_before / max(load, _LEAST_LOAD))
            self._load_before = None

    def _step_down(self, load: float) -> Decision | None:
        if self.steps_down == len(self._steps):
            return None
        if self._went_up:
            self._up_rounds = min(2 * self._up_rounds, self._limits.most_up_rounds)
        step = self._steps[self.steps_down]
        self._gains.append(1.0)
        self._load_before = load
        return self._decide(step, load, is_down=True)

    def _step_up(self) -> Decision | None:
        if self._went_up:  # it went well
            self._up_rounds, self._went_up = self._limits.up_rounds, False
        load = max(self._loads)
        if not self._gains or load * self._gains[-1] > self._limits.room:
            return None
        self._gains.pop()
        return self._decide(self._steps[self.steps_down], load, is_down=False)

    def _decide(self, step: Step, load: float, *, is_down: bool) -> Decision:
        self._loads.clear()
        self._settling = self._limits.settle_rounds
        self._calm_rounds = 0
        self._went_up = not is_down
        return Decision(self.steps_down, is_down, step.saving, self.effort, load)
