from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from app.capture.covering import SETTLE_S, Cover
from app.capture.specs import Region

REGION = Region(100, 50, 64, 48)
boxes = st.builds(
    Region, st.integers(60, 170), st.integers(20, 110), st.integers(1, 80), st.integers(1, 60)
)


def scene(number: int) -> np.ndarray:
    """A picture of REGION: (48, 64, 4)."""
    return np.random.default_rng(number).integers(0, 256, (48, 64, 4), np.uint8)


def with_windows(picture: np.ndarray, windows: list[Region], colour: int) -> np.ndarray:
    """`picture` with our windows on it, as a capture shows them."""
    shown = picture.copy()
    for window in windows:
        part = window.overlap(REGION)
        if part is not None:
            top, left = part.top_px - REGION.top_px, part.left_px - REGION.left_px
            shown[top : top + part.height_px, left : left + part.width_px] = colour
    return shown


@given(st.lists(boxes, max_size=4), st.booleans())
def test_what_our_windows_show_changes_no_pixel(windows: list[Region], was_seen: bool) -> None:
    pictures: list[np.ndarray] = []
    for colour in (0, 255):
        cover = Cover(REGION)
        if was_seen:
            for step in range(3):
                cover.over(scene(1), [], step * SETTLE_S)
        picture = with_windows(scene(2), windows, colour)
        cover.over(picture, windows, 10.0)
        pictures.append(picture)
    assert (pictures[0] == pictures[1]).all()


@given(st.lists(boxes, max_size=4))
def test_a_scene_that_stands_still_stays_what_it_was(windows: list[Region]) -> None:
    cover = Cover(REGION)
    for step in range(3):
        cover.over(scene(1), [], step * SETTLE_S)
    for step in range(20):
        picture = with_windows(scene(1), windows, 255)
        cover.over(picture, windows, 10 + step * 0.3)
        assert (picture == scene(1)).all()


def test_what_is_outside_is_left_alone_and_a_new_scene_shines_through() -> None:
    window = Region(110, 60, 20, 10)
    cover = Cover(REGION)
    for step in range(3):
        cover.over(np.full((48, 64, 4), 20, np.uint8), [], step * SETTLE_S)
    picture = with_windows(np.full((48, 64, 4), 180, np.uint8), [window], 255)
    cover.over(picture, [window], 2.0)
    assert (picture == 180).all()


def test_a_window_whose_rectangle_comes_late_is_not_remembered() -> None:
    window = Region(110, 60, 20, 10)
    cover = Cover(REGION)
    for step in range(5):
        cover.over(scene(1), [], step * SETTLE_S)
    cover.over(with_windows(scene(1), [window], 255), [], 2.9)  # shown, not yet known
    for step in range(10):
        picture = with_windows(scene(1), [window], 255)
        cover.over(picture, [window], 3.0 + step * 0.25)
        assert (picture == scene(1)).all()


def test_a_window_that_hides_late_is_not_remembered() -> None:
    window = Region(110, 60, 20, 10)
    cover = Cover(REGION)
    for step in range(5):
        cover.over(scene(1), [], step * SETTLE_S)
    cover.over(with_windows(scene(1), [window], 255), [window], 3.0)
    cover.over(with_windows(scene(1), [window], 255), [], 3.1)  # said to be gone, still there
    cover.over(scene(1), [], 3.2)
    picture = with_windows(scene(1), [window], 255)
    cover.over(picture, [window], 3.9)
    assert (picture == scene(1)).all()
