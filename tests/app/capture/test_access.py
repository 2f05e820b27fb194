from __future__ import annotations

import pytest

from app.capture.access import ScreenWay, is_wayland, screen_access

X11 = {"DISPLAY": ":0", "XDG_SESSION_TYPE": "x11"}
WAYLAND = {"WAYLAND_DISPLAY": "wayland-0", "XDG_SESSION_TYPE": "wayland"}
XWAYLAND = WAYLAND | {"DISPLAY": ":0"}


@pytest.mark.parametrize(
    ("environment", "platform", "way", "words"),
    [
        ({}, "win32", ScreenWay.DIRECT, ""),
        ({}, "darwin", ScreenWay.DIRECT, ""),
        (X11, "linux", ScreenWay.DIRECT, ""),
        (XWAYLAND, "linux", ScreenWay.XWAYLAND, "only programs that use X11"),
        (WAYLAND, "linux", ScreenWay.NONE, "log in to an X11 session"),
        # An X server that was started from a Wayland session, and a session without variables.
        ({"DISPLAY": ":9", "XDG_SESSION_TYPE": "wayland"}, "linux", ScreenWay.DIRECT, ""),
        ({"XDG_SESSION_TYPE": "wayland"}, "linux", ScreenWay.NONE, "Wayland"),
    ],
)
def test_each_desktop_has_its_way(
    environment: dict[str, str], platform: str, way: ScreenWay, words: str
) -> None:
    access = screen_access(environment, platform=platform)
    assert access.way is way
    assert bool(access.hint) == bool(words)
    assert words in access.hint
    assert access.has_regions == (way is not ScreenWay.NONE)


def test_wayland_is_known_by_its_socket_or_its_session() -> None:
    assert is_wayland(WAYLAND)
    assert is_wayland(XWAYLAND)
    assert not is_wayland(X11)
    assert not is_wayland({})
