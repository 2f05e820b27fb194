"""Pictures of the match: any size, repeatable, and without what only the words may tell."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest

from engine.match import EventKind, MatchStream
from engine.match.look import choose_look
from engine.match.renderer import Renderer
from engine.match.scene import CUE_S
from engine.match.simulator import Match


@pytest.mark.parametrize(("width", "height"), [(168, 112), (252, 168), (640, 480), (1280, 720)])
def test_pictures_have_the_size_asked_for(width: int, height: int) -> None:
    frame = MatchStream(5, width=width, height=height).frame_at(3.0)
    assert frame.shape == (height, width, 3)
    assert frame.dtype == np.uint8
    assert frame.std() > 5


def test_the_same_seed_gives_the_same_pictures() -> None:
    one, other = MatchStream(8), MatchStream(8)
    assert one.introduction == other.introduction
    for time_s in (0.0, 0.5, 7.25, 60.0):
        np.testing.assert_array_equal(one.frame_at(time_s), other.frame_at(time_s))


def test_time_does_not_go_back() -> None:
    stream = MatchStream(1)
    stream.frame_at(10.0)
    with pytest.raises(ValueError, match="cannot go back"):
        stream.frame_at(9.0)


@pytest.mark.parametrize("phase_s", [0.0, 0.13, 0.4])
def test_two_frames_a_second_see_every_cue_exactly_once(phase_s: float) -> None:
    stream = MatchStream(21)
    seen: list[EventKind] = []
    for sample in range(1200):
        cue = stream.scene_at(phase_s + sample * CUE_S).cue
        if cue is not None:
            seen.append(cue.kind)
    happened = stream.events_until(phase_s + 1199 * CUE_S)
    assert seen == [event.kind for event in happened]


@pytest.mark.parametrize("seed", range(4))
def test_the_floodlights_tell_goals_and_half_time_from_all_else(seed: int) -> None:
    stream = MatchStream(seed)
    brightness: dict[EventKind | None, list[float]] = {}
    for sample in range(600):
        scene = stream.scene_at(sample * CUE_S)
        kind = None if scene.cue is None else scene.cue.kind
        picture = stream.picture(scene)
        ground = picture[len(picture) // 3 : -(len(picture) // 3)]
        brightness.setdefault(kind, []).append(float(ground.mean()))
    goals, half_times = brightness.pop(EventKind.GOAL), brightness.pop(EventKind.HALF_TIME)
    others = [level for levels in brightness.values() for level in levels]
    assert min(goals) > 1.3 * max(others)
    assert max(half_times) < 0.75 * min(others)


def test_the_crowd_along_both_sides_shows_who_scored() -> None:
    match, kits = Match(3), ((200, 30, 30), (30, 30, 200))
    look = replace(choose_look(("red", "blue"), random.Random(3)), kits=kits, noise=0.0, gain=1.0)
    renderer = Renderer(look, 168, 112, 3)
    scorers: set[int] = set()
    for _ in range(3000):
        match.advance()
        scene = match.scene()
        if scene.cue is not None and scene.cue.kind is EventKind.GOAL:
            scorers.add(scene.cue.team)
            for side in (0, -1):
                shown = renderer.draw(scene)[side].mean(axis=0)
                np.testing.assert_allclose(shown, kits[scene.cue.team], atol=2.0)
    assert scorers == {0, 1}


@pytest.mark.parametrize("seed", range(4))
def test_lines_of_gold_tell_a_new_match_from_all_but_goals(seed: int) -> None:
    """Tackles have a halo as gold, and some are in the centre; the crowd may be of any colour."""
    stream = MatchStream(seed)
    shares: dict[bool, list[float]] = {True: [], False: []}
    for sample in range(600):
        scene = stream.scene_at(sample * CUE_S)
        if scene.cue is not None and scene.cue.kind is not EventKind.GOAL:
            red, green, blue = np.moveaxis(stream.picture(scene).astype(int), -1, 0)
            is_gold = (red > green + 20) & (green > blue + 60)
            shares[scene.cue.new_match].append(float(is_gold.mean()))
    assert min(shares[True]) > 2 * max(shares[False])
