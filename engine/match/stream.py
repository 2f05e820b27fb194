"""The match as a stream: pictures at any time, its introduction, and the truth about it."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING

from engine.match.look import choose_look
from engine.match.renderer import Picture, Renderer
from engine.match.simulator import Match
from engine.match.squad import TICKS_PER_S
from engine.match.words import Teams, choose_teams, introduction

if TYPE_CHECKING:
    from engine.match.events import MatchEvent
    from engine.match.scene import Point, Scene

DEFAULT_WIDTH, DEFAULT_HEIGHT = 168, 112


def _between(a: Point, b: Point, share: float) -> Point:
    return a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share


def _interpolate(before: Scene, after: Scene, time_s: float) -> Scene:
    """The scene between two ticks; cue and trail are those of the earlier one."""
    share = (time_s - before.time_s) * TICKS_PER_S
    players = tuple(
        _between(a, b, share) for a, b in zip(before.players, after.players, strict=True)
    )
    ball = _between(before.ball, after.ball, share)
    return replace(before, time_s=time_s, players=players, ball=ball)


class MatchStream:
    """The built-in match, played as far as it is asked for; the same seed gives the same stream.

    Args:
        seed: Decides teams, look and play.
        width, height: Size of the pictures in pixels.

    Attributes:
        introduction: Which team wears which colour; to be given to a model as previous text.
        teams: The teams' names and colours.
    """

    def __init__(
        self, seed: int, *, width: int = DEFAULT_WIDTH, height: int = DEFAULT_HEIGHT
    ) -> None:
        rng = random.Random(f"match look {seed}")
        self.teams: Teams = choose_teams(rng)
        self.introduction: str = introduction(self.teams, rng)
        self._renderer = Renderer(choose_look(self.teams.colours, rng), width, height, seed)
        self._match = Match(seed)
        self._events: list[MatchEvent] = []
        self._before = self._match.scene()
        self._after = self._before

    def scene_at(self, time_s: float) -> Scene:
        """What can be seen at `time_s`, which must not go back.

        Raises:
            ValueError: `time_s` is earlier than a time asked for before.
        """
        if time_s < self._before.time_s - 1e-6:
            raise ValueError(
                f"the match is at {self._before.time_s:.1f} s and cannot go back to {time_s:.1f} s"
            )
        while self._after.time_s <= time_s + 1e-6:
            event = self._match.advance()
            if event is not None:
                self._events.append(event)
            self._before, self._after = self._after, self._match.scene()
        return _interpolate(self._before, self._after, max(time_s, self._before.time_s))

    def frame_at(self, time_s: float) -> Picture:
        """The picture at `time_s`, uint8 RGB (height, width, 3); times must not go back."""
        return self.picture(self.scene_at(time_s))

    def picture(self, scene: Scene) -> Picture:
        """The picture of a scene of this stream, uint8 RGB (height, width, 3)."""
        return self._renderer.draw(scene)

    def events_until(self, time_s: float) -> tuple[MatchEvent, ...]:
        """All events so far whose cue has appeared by `time_s`, a time already played."""
        return tuple(event for event in self._events if event.time_s <= time_s + 1e-6)

    def steer(self, push: Point | None) -> None:
        """Push one player in a direction of length at most 1; None gives him back to the game."""
        self._match.steer(push)

    def kick(self) -> None:
        """Let the steered player pass or shoot now, if he has the ball."""
        self._match.kick()
