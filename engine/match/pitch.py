"""The pitch's measures, in units of a 60 x 40 picture (x to the right, y down), and its zones."""

from __future__ import annotations

from engine.match.events import Zone

PICTURE_WIDTH, PICTURE_HEIGHT = 60.0, 40.0
LEFT, RIGHT, TOP, BOTTOM = 4.0, 56.0, 4.0, 36.0
CENTRE = (30.0, 20.0)
GOAL_TOP, GOAL_BOTTOM = 14.5, 25.5
NET_DEPTH = 3.0

# Receivers stand at most this far from a zone's middle, so that no pass ends on a border.
ZONE_REACH = (5.5, 5.0)

_COLUMNS = (12.67, 30.0, 47.33)
_ROWS = (12.0, 28.0)
_ZONES = tuple(Zone)


def zone_at(x: float, y: float) -> Zone:
    """The zone that holds a point."""
    row = 0 if y < CENTRE[1] else 1
    return _ZONES[row * 3 + column_of(x)]


def zone_middle(column: int, row: int) -> tuple[float, float]:
    """The middle of a zone; columns 0-2 from the left, rows 0-1 from the top."""
    return _COLUMNS[column], _ROWS[row]


def column_of(x: float) -> int:
    """The third (0-2 from the left) that holds `x`."""
    return min(2, max(0, int((x - LEFT) // ((RIGHT - LEFT) / 3))))


def inside(x: float, y: float) -> tuple[float, float]:
    """The nearest point that is well inside the pitch."""
    margin = 1.5
    return _between(x, LEFT + margin, RIGHT - margin), _between(y, TOP + margin, BOTTOM - margin)


def seen(x: float, y: float) -> tuple[float, float]:
    """The nearest point that is well inside the picture, though perhaps beside the pitch."""
    margin = 2.0
    width, height = PICTURE_WIDTH - margin, PICTURE_HEIGHT - margin
    return _between(x, margin, width), _between(y, margin, height)


def _between(value: float, least: float, most: float) -> float:
    return min(max(value, least), most)


def goal_x(direction: int) -> float:
    """The goal line that a team attacking in `direction` (+1 right, -1 left) shoots at."""
    return RIGHT if direction > 0 else LEFT
