"""Draws a scene as a picture, in a look that varies from stream to stream.

Every event leaves a cue that can be seen: the ball's trail in the colour of the team that kicked
it, and a halo under the players whose shape and edge tell what happened, filled with the colour of
the team concerned. At a goal the floodlights flash, the net lights up and the crowd on both sides
shows the scorers' colour; at half-time the floodlights dim; at a new match all lines turn to gold.
Names and score are never drawn.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.match import pitch
from engine.match.events import EventKind
from engine.match.scene import Cue, Point, Scene, Trail, is_keeper, team_of

if TYPE_CHECKING:
    from engine.match.look import Look, Rgb

Picture = NDArray[np.uint8]

_WHITE: Rgb = (250, 250, 250)
_LINE: Rgb = (226, 236, 226)
_DARK: Rgb = (20, 22, 24)
_GOLD: Rgb = (255, 200, 40)
_ORANGE: Rgb = (255, 128, 0)
_CROWD_DEPTH, _FAR = 3.5, 20.0  # over the pitch, and beyond the picture
_FLASH_SHARE, _DIM_SHARE = 0.6, 0.55  # of white at a goal, of black at half-time
_SUBPIXEL_BITS = 4
_NOISE_MARGIN = 24
_PLAYER_RADIUS, _BALL_RADIUS = 1.75, 1.15
_SMALL_SCALE = 8.0  # pixels per unit
_LINE_WIDTH = 0.25
_NEW_MATCH_LINE = 1.4  # so that no tackle with a halo as gold is taken for it


def _polygon(corners: int, turn: float = 0.0, dent: float = 1.0) -> tuple[Point, ...]:
    """Corners at radius 1 and, in between where `dent` is below 1, at radius `dent`."""
    angles = [turn + math.pi * step / corners for step in range(2 * corners)]
    rays = [(math.cos(angle), math.sin(angle)) for angle in angles]
    if dent == 1:
        return tuple(rays[::2])
    return tuple(
        (x, y) if step % 2 == 0 else (x * dent, y * dent) for step, (x, y) in enumerate(rays)
    )


_CIRCLE = _polygon(24)
_SQUARE = tuple((x * math.sqrt(2), y * math.sqrt(2)) for x, y in _polygon(4, math.pi / 4))
_DIAMOND = _polygon(4)
_STAR = _polygon(8, dent=0.55)


@dataclass(frozen=True, slots=True)
class _Halo:
    """A shape of radius 1, its size in units of the picture, and the colour of its edge."""

    shape: tuple[Point, ...]
    size: float
    edge: Rgb


_HALOS: dict[EventKind, _Halo] = {
    EventKind.PASS: _Halo(_CIRCLE, 4.2, _WHITE),
    EventKind.INTERCEPTION: _Halo(_SQUARE, 4.2, _ORANGE),
    EventKind.TACKLE: _Halo(_DIAMOND, 6.0, _GOLD),
    EventKind.SHOT: _Halo(_STAR, 6.4, _WHITE),
    EventKind.SAVE: _Halo(_CIRCLE, 5.0, _GOLD),
    EventKind.KICK_OFF: _Halo(_CIRCLE, 7.0, _WHITE),
    EventKind.OUT: _Halo(_SQUARE, 3.6, _ORANGE),
    EventKind.WIDE: _Halo(_SQUARE, 3.6, _ORANGE),
}
_NEW_MATCH_HALO = _Halo(_CIRCLE, 7.0, _GOLD)


class Renderer:
    """Draws scenes of one stream; holds the empty pitch and the noise generator.

    Args:
        look: The stream's look.
        width, height: Size of the picture in pixels; the pitch keeps its shape.
        seed: Of the pixel noise.
    """

    def __init__(self, look: Look, width: int, height: int, seed: int) -> None:
        self._look = look
        self._size = (width, height)
        scale = min(width / pitch.PICTURE_WIDTH, height / pitch.PICTURE_HEIGHT)
        # Small pictures are drawn at twice their size and averaged: OpenCV's thin lines are rough.
        self._oversampling = 2 if scale < _SMALL_SCALE else 1
        self._scale = scale * look.zoom * self._oversampling
        self._noise_rng = np.random.default_rng(seed)
        shape = (height + _NOISE_MARGIN, width + _NOISE_MARGIN, 3)
        grain = self._noise_rng.standard_normal(shape, np.float32) * np.float32(look.noise)
        self._grain = np.rint(grain).astype(np.int16)

    def draw(self, scene: Scene) -> Picture:
        """The picture of a scene, uint8 RGB (height, width, 3)."""
        canvas = self._grass(scene.cue)
        brush = _Brush(canvas, self._scale, self._origin(scene.time_s))
        self._draw_pitch(brush, scene.cue)
        if scene.trail is not None:
            self._draw_trail(brush, scene.trail, scene)
        if scene.cue is not None:
            self._draw_cue(brush, scene.cue)
        self._draw_players(brush, scene)
        brush.disc(scene.ball, _BALL_RADIUS, _WHITE, edge=_DARK)
        return self._finish(canvas)

    def _origin(self, time_s: float) -> Point:
        look, (width, height) = self._look, self._size
        angle = 2 * math.pi * time_s / look.sway_period_s
        x = width * self._oversampling / 2 - pitch.CENTRE[0] * self._scale
        y = height * self._oversampling / 2 - pitch.CENTRE[1] * self._scale
        sway = look.sway_units * self._scale
        return x + sway * math.sin(angle), y + sway * math.cos(angle * 0.7)

    def _grass(self, cue: Cue | None) -> Picture:
        width, height = (side * self._oversampling for side in self._size)
        canvas = np.empty((height, width, 3), np.uint8)
        canvas[:] = _under_floodlights(self._look.grass, cue)
        return canvas

    def _draw_pitch(self, brush: _Brush, cue: Cue | None) -> None:
        look = self._look
        stripe_colour = _under_floodlights(look.stripe, cue)
        for stripe in range(0, look.num_stripes, 2):
            step = (pitch.RIGHT - pitch.LEFT) / look.num_stripes
            left = pitch.LEFT + stripe * step
            brush.box((left, pitch.TOP), (left + step, pitch.BOTTOM), stripe_colour)
        is_new = cue is not None and cue.new_match
        colour, width = (_GOLD, _NEW_MATCH_LINE) if is_new else (_LINE, _LINE_WIDTH)
        brush.frame((pitch.LEFT, pitch.TOP), (pitch.RIGHT, pitch.BOTTOM), colour, width)
        top, bottom = (pitch.CENTRE[0], pitch.TOP), (pitch.CENTRE[0], pitch.BOTTOM)
        brush.line(top, bottom, colour, width)
        brush.ring(pitch.CENTRE, 5.0, colour, width)
        for line, direction in ((pitch.LEFT, -1), (pitch.RIGHT, 1)):
            corner = (line + direction * pitch.NET_DEPTH, pitch.GOAL_BOTTOM)
            brush.frame((line, pitch.GOAL_TOP), corner, _WHITE, _LINE_WIDTH)

    def _draw_trail(self, brush: _Brush, trail: Trail, scene: Scene) -> None:
        width = 1.5 if trail.is_shot else 0.8
        colour = self._look.kits[trail.team]
        if trail.is_shot:
            brush.line(trail.start, scene.ball, _WHITE, width + 0.8)
        brush.line(trail.start, scene.ball, colour, width)

    def _draw_players(self, brush: _Brush, scene: Scene) -> None:
        for player, place in enumerate(scene.players):
            colour = self._look.kits[team_of(player)]
            if is_keeper(player):
                brush.square(place, _PLAYER_RADIUS, colour, edge=_WHITE)
            else:
                brush.disc(place, _PLAYER_RADIUS, colour, edge=_DARK)

    def _draw_cue(self, brush: _Brush, cue: Cue) -> None:
        if cue.team is None:
            return  # half-time is told by the dimmed pitch
        colour = self._look.kits[cue.team]
        if cue.kind is EventKind.GOAL:
            self._light_net(brush, cue.place, colour)
            self._raise_crowd(brush, colour)
            return
        halo = _NEW_MATCH_HALO if cue.new_match else _HALOS[cue.kind]
        brush.halo(halo, cue.place, colour)

    @staticmethod
    def _light_net(brush: _Brush, ball: Point, colour: Rgb) -> None:
        on_left = ball[0] < pitch.CENTRE[0]
        line, direction = (pitch.LEFT, -1) if on_left else (pitch.RIGHT, 1)
        near, far = line - direction * 2.5, line + direction * pitch.NET_DEPTH
        brush.box((near, pitch.GOAL_TOP), (far, pitch.GOAL_BOTTOM), colour)
        brush.frame((near, pitch.GOAL_TOP), (far, pitch.GOAL_BOTTOM), _GOLD, 0.9)

    @staticmethod
    def _raise_crowd(brush: _Brush, colour: Rgb) -> None:
        left, right = pitch.LEFT - _FAR, pitch.RIGHT + _FAR
        for line, outwards in ((pitch.TOP, -1), (pitch.BOTTOM, 1)):
            brush.box(
                (left, line - outwards * _CROWD_DEPTH), (right, line + outwards * _FAR), colour
            )

    def _finish(self, canvas: Picture) -> Picture:
        if self._oversampling > 1:
            small = cv2.resize(canvas, self._size, interpolation=cv2.INTER_AREA)
            canvas = np.asarray(small, np.uint8)
        lit = cv2.convertScaleAbs(canvas, alpha=self._look.gain)
        return np.asarray(cv2.add(lit, self._noise(), dtype=cv2.CV_8U), np.uint8)

    def _noise(self) -> NDArray[np.int16]:
        """A random cut of the noise made once: new noise for each frame would cost the most."""
        width, height = self._size
        row, column = self._noise_rng.integers(0, _NOISE_MARGIN, 2)
        return self._grain[row : row + height, column : column + width]


def _under_floodlights(colour: Rgb, cue: Cue | None) -> Rgb:
    """The colour of the ground while a cue shows."""
    match None if cue is None else cue.kind:
        case EventKind.GOAL:
            return _mixed(colour, _WHITE, _FLASH_SHARE)
        case EventKind.HALF_TIME:
            return _mixed(colour, (0, 0, 0), _DIM_SHARE)
        case _:
            return colour


def _mixed(colour: Rgb, other: Rgb, share: float) -> Rgb:
    """`colour` with a share of `other` in it."""
    red, green, blue = (
        round(level + (target - level) * share) for level, target in zip(colour, other, strict=True)
    )
    return red, green, blue


class _Brush:
    """Draws shapes given in units of the picture onto a canvas of pixels."""

    def __init__(self, canvas: Picture, scale: float, origin: Point) -> None:
        self._canvas = canvas
        self._scale = scale
        self._origin = origin

    def line(self, start: Point, end: Point, colour: Rgb, width: float) -> None:
        cv2.line(
            self._canvas,
            self._fixed(start),
            self._fixed(end),
            colour,
            self._pixels(width),
            cv2.LINE_AA,
            _SUBPIXEL_BITS,
        )

    def box(self, corner: Point, opposite: Point, colour: Rgb) -> None:
        cv2.rectangle(
            self._canvas,
            self._fixed(corner),
            self._fixed(opposite),
            colour,
            cv2.FILLED,
            cv2.LINE_8,
            _SUBPIXEL_BITS,
        )

    def frame(self, corner: Point, opposite: Point, colour: Rgb, width: float) -> None:
        cv2.rectangle(
            self._canvas,
            self._fixed(corner),
            self._fixed(opposite),
            colour,
            self._pixels(width),
            cv2.LINE_AA,
            _SUBPIXEL_BITS,
        )

    def ring(self, centre: Point, radius: float, colour: Rgb, width: float) -> None:
        self._circle(centre, radius, colour, self._pixels(width))

    def disc(self, centre: Point, radius: float, colour: Rgb, edge: Rgb) -> None:
        self._circle(centre, radius + 0.3, edge, cv2.FILLED)
        self._circle(centre, radius, colour, cv2.FILLED)

    def square(self, centre: Point, radius: float, colour: Rgb, edge: Rgb) -> None:
        for reach, fill in ((radius + 0.3, edge), (radius, colour)):
            x, y = centre
            self.box((x - reach, y - reach), (x + reach, y + reach), fill)

    def halo(self, halo: _Halo, centre: Point, colour: Rgb) -> None:
        """A halo filled with `colour` inside its broad edge."""
        for reach, fill in ((halo.size, halo.edge), (halo.size * 0.68, colour)):
            corners = [(centre[0] + x * reach, centre[1] + y * reach) for x, y in halo.shape]
            points = np.array([self._fixed(corner) for corner in corners], np.int32)
            cv2.fillPoly(self._canvas, [points], fill, cv2.LINE_AA, _SUBPIXEL_BITS)

    def _circle(self, centre: Point, radius: float, colour: Rgb, width: int) -> None:
        cv2.circle(
            self._canvas,
            self._fixed(centre),
            round(radius * self._scale * (1 << _SUBPIXEL_BITS)),
            colour,
            width,
            cv2.LINE_AA,
            _SUBPIXEL_BITS,
        )

    def _fixed(self, place: Point) -> tuple[int, int]:
        factor = 1 << _SUBPIXEL_BITS
        return (
            round((place[0] * self._scale + self._origin[0]) * factor),
            round((place[1] * self._scale + self._origin[1]) * factor),
        )

    def _pixels(self, width: float) -> int:
        return max(1, round(width * self._scale))
