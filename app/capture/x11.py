"""Where windows really are on an X11 desktop, and what of them is not covered by others.

Toolkits only know where they wish their windows to be: a window manager may move, frame and cover
them, and Qt's own idea of a frameless window's place was seen to be wrong under openbox. This asks
the server itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.capture.specs import Region
from app.capture.xcb import Attributes, Geometry, Tree, XcbConnection

if TYPE_CHECKING:
    from collections.abc import Iterable

_VIEWABLE, _INPUT_ONLY = 2, 2


class X11Desktop:
    """Looks at the windows of an X server.

    Args:
        display: Which server; None takes the one of the environment.

    Raises:
        SourceError: There is no such server.
    """

    def __init__(self, display: str | None = None) -> None:
        self._server = XcbConnection(display)

    def close(self) -> None:
        """End the connection. May be called again."""
        self._server.close()

    def visible_parts(self, windows: Iterable[int]) -> tuple[Region, ...]:
        """What is seen of these windows, with their frames, in pixels of the desktop.

        Other windows count as opaque. A window that is gone or not shown has no parts.
        """
        tops = dict(top for window in windows if (top := self._top_level(window)))
        if not tops:
            return ()
        root = next(iter(tops.values()))
        above: list[Region] = []
        parts: list[Region] = []
        for window, region in reversed(self._shown(root)):
            if window in tops:
                parts += without(region, above)
            above.append(region)
        return tuple(parts)

    def _top_level(self, window: int) -> tuple[int, int] | None:
        """The window's ancestor that stands on the root window, and the root; None if it is gone.

        The ancestor is the frame that a window manager gave it, else the window itself.
        """
        while (tree := self._server.ask(Tree, [window])[0]) is not None:
            if tree.parent in (tree.root, 0):
                return window, tree.root
            window = tree.parent
        return None

    def _shown(self, root: int) -> list[tuple[int, Region]]:
        """The windows on `root` that can be seen, from the bottom to the top."""
        windows = self._server.children(root)
        states = self._server.ask(Attributes, windows)
        places = self._server.ask(Geometry, windows)
        return [
            (window, _region(place))
            for window, state, place in zip(windows, states, places, strict=True)
            if state is not None and place is not None and _is_seen(state)
        ]


def without(region: Region, others: Iterable[Region]) -> list[Region]:
    """`region` in rectangles, with all that `others` cover left out."""
    parts = [region]
    for other in others:
        parts = [rest for part in parts for rest in _cut(part, other)]
    return parts


def _cut(part: Region, other: Region) -> list[Region]:
    """What is left of `part`: above, below, left and right of `other`."""
    shared = part.overlap(other)
    if shared is None:
        return [part]
    right, bottom = part.left_px + part.width_px, part.top_px + part.height_px
    shared_right = shared.left_px + shared.width_px
    shared_bottom = shared.top_px + shared.height_px
    sides = [
        (part.left_px, part.top_px, right, shared.top_px),
        (part.left_px, shared_bottom, right, bottom),
        (part.left_px, shared.top_px, shared.left_px, shared_bottom),
        (shared_right, shared.top_px, right, shared_bottom),
    ]
    return [
        Region(left, top, to_right - left, to_bottom - top)
        for left, top, to_right, to_bottom in sides
        if to_right > left and to_bottom > top
    ]


def _is_seen(state: Attributes) -> bool:
    return state.map_state == _VIEWABLE and state.window_class != _INPUT_ONLY


def _region(place: Geometry) -> Region:
    edges = 2 * place.border
    return Region(place.left, place.top, place.width + edges, place.height + edges)
