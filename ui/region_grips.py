"""What dragging a grip of a rectangle does to it; plain numbers, no windows."""

from __future__ import annotations

from enum import Flag, auto

from app.capture.specs import Region


class Grip(Flag):
    """The edges that move; none of them moves the whole rectangle."""

    WHOLE = 0
    LEFT = auto()
    TOP = auto()
    RIGHT = auto()
    BOTTOM = auto()


CORNERS = (
    Grip.LEFT | Grip.TOP,
    Grip.RIGHT | Grip.TOP,
    Grip.LEFT | Grip.BOTTOM,
    Grip.RIGHT | Grip.BOTTOM,
)
SIDES = (Grip.LEFT, Grip.TOP, Grip.RIGHT, Grip.BOTTOM)


def dragged(region: Region, grip: Grip, by: tuple[int, int], within: Region) -> Region:
    """`region` after its grip was moved by (dx, dy) pixels.

    It stays in `within`, where it was in it before, and never loses its last pixel.
    """
    horizontal = _span(region.left_px, region.width_px, by[0], _ends(grip, Grip.LEFT, Grip.RIGHT))
    vertical = _span(region.top_px, region.height_px, by[1], _ends(grip, Grip.TOP, Grip.BOTTOM))
    left, right = _kept(horizontal, within.left_px, within.width_px, is_moved=not grip)
    top, bottom = _kept(vertical, within.top_px, within.height_px, is_moved=not grip)
    return Region(left, top, right - left, bottom - top)


def _ends(grip: Grip, first: Grip, second: Grip) -> tuple[bool, bool]:
    """Which of two opposite edges move."""
    return (True, True) if not grip else (bool(grip & first), bool(grip & second))


def _span(start: int, length: int, by: int, moves: tuple[bool, bool]) -> tuple[int, int]:
    """From where to where it reaches then; an edge stops one pixel before the other."""
    end = start + length
    if moves == (True, False):
        return min(start + by, end - 1), end
    if moves == (False, True):
        return start, max(end + by, start + 1)
    return (start + by, end + by) if all(moves) else (start, end)


def _kept(span: tuple[int, int], first: int, length: int, *, is_moved: bool) -> tuple[int, int]:
    """`span` between the bounds: cut where it was stretched, pushed back where it was moved."""
    start, end = span
    last = first + length
    if is_moved:
        back = max(first - start, 0) or min(last - end, 0)
        start, end = start + back, end + back
    start = min(max(start, first), last - 1)
    return start, max(min(end, last), start + 1)
