"""The few requests to an X server that are needed here, through libxcb.

Replies are asked for in batches, so that a list of windows costs one trip to the server, and a
window that is gone makes a reply None instead of ending the program, as with Xlib.
"""

from __future__ import annotations

import ctypes
from ctypes import (
    POINTER,
    Structure,
    c_char_p,
    c_int,
    c_int16,
    c_uint8,
    c_uint16,
    c_uint32,
    c_void_p,
)
from typing import TYPE_CHECKING, Any, TypeVar

from app.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Sequence


class _Cookie(Structure):
    """Stands for a reply to come."""

    _fields_ = (("sequence", c_uint32),)


class Tree(Structure):
    """Reply to `query_tree`, without the children that follow it."""

    REQUEST = "query_tree"
    _fields_ = (
        ("head", c_uint32 * 2),
        ("root", c_uint32),
        ("parent", c_uint32),
        ("num_children", c_uint16),
        ("rest", c_uint8 * 14),
    )
    root: int
    parent: int
    num_children: int


class Attributes(Structure):
    """Reply to `get_window_attributes`, as far as it is of use."""

    REQUEST = "get_window_attributes"
    _fields_ = (
        ("head", c_uint32 * 2),
        ("visual", c_uint32),
        ("window_class", c_uint16),
        ("gravities", c_uint8 * 2),
        ("backing", c_uint32 * 2),
        ("save_under", c_uint8),
        ("map_is_installed", c_uint8),
        ("map_state", c_uint8),
    )
    window_class: int
    map_state: int


class Geometry(Structure):
    """Reply to `get_geometry`."""

    REQUEST = "get_geometry"
    _fields_ = (
        ("head", c_uint32 * 2),
        ("root", c_uint32),
        ("left", c_int16),
        ("top", c_int16),
        ("width", c_uint16),
        ("height", c_uint16),
        ("border", c_uint16),
    )
    left: int
    top: int
    width: int
    height: int
    border: int


_LIBRARY = "libxcb.so.1"  # looking for it would start another program each time

R = TypeVar("R", Tree, Attributes, Geometry)


class XcbConnection:
    """A connection to an X server; used by one thread.

    Args:
        display: Which server; None takes the one of the environment.

    Raises:
        SourceError: There is no libxcb, or no such server.
    """

    def __init__(self, display: str | None = None) -> None:
        self._xcb = _load()
        self._free = ctypes.CDLL(None).free
        self._free.argtypes = [c_void_p]
        self._declare()
        self._connection: int | None = self._xcb.xcb_connect(
            display.encode() if display is not None else None, None
        )
        if self._xcb.xcb_connection_has_error(self._connection):
            self.close()
            raise SourceError("The X display cannot be opened; is it running and yours?")

    def close(self) -> None:
        """End the connection. May be called again."""
        if self._connection is not None:
            self._xcb.xcb_disconnect(self._connection)
            self._connection = None

    def ask(self, reply: type[R], windows: Sequence[int]) -> list[R | None]:
        """The replies for all `windows`; None for each that is gone."""
        return [
            self._taken(address, reply) if address else None
            for address in self._addresses(reply.REQUEST, windows)
        ]

    def children(self, window: int) -> list[int]:
        """The windows on `window`, from the bottom to the top; none where it is gone."""
        (address,) = self._addresses(Tree.REQUEST, [window])
        if not address:
            return []
        number = Tree.from_address(address).num_children
        array = ctypes.cast(address + ctypes.sizeof(Tree), POINTER(c_uint32))
        found = array[:number]
        self._free(address)
        return found

    def _addresses(self, request: str, windows: Sequence[int]) -> list[int | None]:
        send = getattr(self._xcb, f"xcb_{request}")
        receive = getattr(self._xcb, f"xcb_{request}_reply")
        cookies = [send(self._connection, window) for window in windows]
        return [receive(self._connection, cookie, None) for cookie in cookies]

    def _taken(self, address: int, reply: type[R]) -> R:
        copy = reply.from_buffer_copy(ctypes.string_at(address, ctypes.sizeof(reply)))
        self._free(address)
        return copy

    def _declare(self) -> None:
        """Tell ctypes the types; unsaid, addresses would be cut to 32 bits."""
        xcb: Any = self._xcb
        xcb.xcb_connect.argtypes, xcb.xcb_connect.restype = [c_char_p, c_void_p], c_void_p
        xcb.xcb_disconnect.argtypes = [c_void_p]
        xcb.xcb_connection_has_error.argtypes = [c_void_p]
        xcb.xcb_connection_has_error.restype = c_int
        for request in (kind.REQUEST for kind in (Tree, Attributes, Geometry)):
            send = getattr(xcb, f"xcb_{request}")
            send.argtypes, send.restype = [c_void_p, c_uint32], _Cookie
            receive = getattr(xcb, f"xcb_{request}_reply")
            receive.argtypes, receive.restype = [c_void_p, _Cookie, c_void_p], c_void_p


def _load() -> Any:
    try:
        return ctypes.CDLL(_LIBRARY)
    except OSError as error:
        raise SourceError(
            "The library libxcb was not found; install the package libxcb1."
        ) from error
