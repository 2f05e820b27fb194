"""Training clips of the built-in match: any number, drawn when they are asked for.

Clips are cut from commentated matches as the paper cuts them from games: a stretch of rounds with
what is remembered of everything said before it as previous text.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from engine.data.turns import Turn
from engine.match.commentary import SpokenLine, commentate, round_of
from engine.match.events import EventKind, MatchEvent
from engine.match.scene import CUE_S, Scene
from engine.match.simulator import GOALS_TO_WIN, Match
from engine.match.squad import TICKS_PER_S
from engine.match.stream import MatchStream
from engine.match.words import Teams
from engine.training.bundled.memory import last_score, made_up, remembered
from engine.training.clip import Clip

if TYPE_CHECKING:
    from numpy.typing import NDArray

Remember = Callable[[str, list[SpokenLine], Teams], str]
"""Previous text from an introduction, the lines said so far, and the teams."""

_FRAMES = 2  # per round
_NUM_ROUNDS = 12, 24  # of the shortest and the longest clip
_LONGEST_S = 900  # from the beginning of a match to the latest clip
_GOAL_SHARE = 0.4  # of clips that are laid around a goal
_MADE_UP_SHARE = 0.5  # of clips whose previous text is made up, and mostly goals
_GLANCE_S = 60  # from the beginning of a match, where little has been said yet
_EVENTFUL_SHARE = 0.75
_AHEAD_SHARE = 0.5  # of glances that show a match as if goals had been scored before
# Mostly the model's own size; windows on a real screen are larger and of any shape.
_SIZES = ((168, 112), (252, 168), (320, 240), (384, 216))
_SIZE_WEIGHTS = (70, 20, 5, 5)
_PHASE_STEPS = 5  # tenths of a second by which sampling may be off the match's own seconds


@dataclass(frozen=True, slots=True)
class MatchClips:
    """Clip `index` is a function of `first_seed + index` alone.

    Attributes:
        count: How many there are.
        first_seed: Seeds from 700000 up are for review and must not be trained on.
    """

    count: int
    first_seed: int

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, index: int) -> Clip:
        if not 0 <= index < self.count:
            raise IndexError(index)
        seed = self.first_seed + index
        rng = random.Random(f"clip {seed}")
        num_rounds = rng.randint(*_NUM_ROUNDS)
        start = _start(rng)
        if rng.random() < _GOAL_SHARE:
            goal = _eventful_round(seed, rng, _LONGEST_S, (EventKind.GOAL,))
            start = max(0, goal - rng.randrange(num_rounds))
        remember = made_up if rng.random() < _MADE_UP_SHARE else remembered
        return match_clip(seed, start, num_rounds, rng, partial(remember, rng=rng))


@dataclass(frozen=True, slots=True)
class MatchGlances:
    """Clips of one round, most with an event, rare kinds as often as others.

    Clip `index` is a function of `first_seed + index` alone.
    """

    count: int
    first_seed: int

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, index: int) -> Clip:
        if not 0 <= index < self.count:
            raise IndexError(index)
        seed = self.first_seed + index
        rng = random.Random(f"glance {seed}")
        start = rng.randrange(_GLANCE_S)
        if rng.random() < _EVENTFUL_SHARE:
            start = _eventful_round(seed, rng, _GLANCE_S, tuple(EventKind))
        ahead = rng.random() < _AHEAD_SHARE
        return match_clip(seed, start, 1, rng, last_score, score_ahead=ahead)


def _eventful_round(
    seed: int, rng: random.Random, seconds: int, kinds: tuple[EventKind, ...]
) -> int:
    """A round in a match's first `seconds` with an event of a kind drawn evenly from `kinds`."""
    match = Match(seed)
    moments = (match.advance() for _ in range(seconds * TICKS_PER_S))
    events = [event for event in moments if event is not None and event.kind in kinds]
    kind = rng.choice(sorted({event.kind for event in events}))
    return round_of(rng.choice([event for event in events if event.kind is kind]))


def _start(rng: random.Random) -> int:
    """The stream's first seconds are as frequent as any later stretch: all streams have them."""
    soon, later, latest = (rng.randrange(limit) for limit in (60, 300, _LONGEST_S))
    return rng.choice((0, 0, soon, later, latest))


def match_clip(
    seed: int,
    start: int,
    num_rounds: int,
    rng: random.Random,
    remember: Remember,
    *,
    score_ahead: bool = False,
) -> Clip:
    """Rounds `start` to `start + num_rounds` of a match, commentated at random.

    With `score_ahead` the match goes on from a score that is drawn, told as at half-time.
    """
    stream, phase_s = draw_stream(seed, rng)
    scenes = scenes_of(stream, phase_s + start, num_rounds)
    events = events_of(stream, phase_s, phase_s + start + num_rounds)
    if score_ahead:
        events = _ahead(events, start, rng)
    lines = commentate(events, stream.teams, rng)
    said = {line.round_index: line.text for line in lines}
    before = [line for line in lines if line.round_index < start]
    shown_start = start + rng.choice((0, 0, 0, rng.randrange(20_000)))
    return Clip(
        turns=tuple(
            Turn(tuple(said.get(start + offset, "").split())) for offset in range(num_rounds)
        ),
        pictures=pictures_of(stream, scenes),
        start_s=float(shown_start),
        previous_text=remember(stream.introduction, before, stream.teams),
        introduction=stream.introduction,
    )


def draw_stream(seed: int, rng: random.Random) -> tuple[MatchStream, float]:
    """A match in pictures of some size, and by how much later than itself it is sampled."""
    phase_s = rng.randrange(_PHASE_STEPS) / 10
    width, height = rng.choices(_SIZES, _SIZE_WEIGHTS)[0]
    return MatchStream(seed, width=width, height=height), phase_s


def scenes_of(stream: MatchStream, first_s: float, num_rounds: int) -> list[Scene]:
    """What each frame of some rounds shows."""
    return [stream.scene_at(first_s + frame / _FRAMES) for frame in range(num_rounds * _FRAMES)]


def events_of(stream: MatchStream, phase_s: float, last_s: float) -> list[MatchEvent]:
    """The events of a match of which sampling began `phase_s` late."""
    shifted = (_shifted(event, phase_s) for event in stream.events_until(last_s))
    return [event for event in shifted if event is not None]


def event_in(stream: MatchStream, phase_s: float, index: int) -> MatchEvent | None:
    """The event of round `index`, which must be the last that was played; a round has one at most.

    It is as `events_of` tells it.
    """
    events = stream.events_until(phase_s + index + 1 - 1 / _FRAMES)
    event = _shifted(events[-1], phase_s) if events else None
    return event if event is not None and round_of(event) == index else None


def _shifted(event: MatchEvent, phase_s: float) -> MatchEvent | None:
    """The event in time since the first frame; None if its cue was over before it."""
    time_s = round(event.time_s - phase_s, 3)
    return replace(event, time_s=max(time_s, 0.0)) if time_s > -CUE_S else None


def _ahead(events: list[MatchEvent], start: int, rng: random.Random) -> list[MatchEvent]:
    """The events as if goals had been scored before; a kick-off at 0-0 becomes half-time."""
    most = max((max(event.score) for event in events), default=0)
    highest = GOALS_TO_WIN - max(most, 1)
    home, away = rng.randint(0, highest), rng.randint(0, highest)
    return [
        event
        if event.new_match and round_of(event) >= start
        else replace(
            event,
            kind=EventKind.HALF_TIME if event.new_match else event.kind,
            team=None if event.new_match else event.team,
            score=(event.score[0] + home, event.score[1] + away),
            new_match=False,
        )
        for event in events
    ]


def pictures_of(stream: MatchStream, scenes: list[Scene]) -> Iterator[NDArray[np.uint8]]:
    """Frames of each round, uint8 (2, height, width, 3)."""
    for first in range(0, len(scenes), _FRAMES):
        yield np.stack([stream.picture(scene) for scene in scenes[first : first + _FRAMES]])
