from __future__ import annotations

import pytest

from app.capture.access import ScreenWay, is_wayland, screen_access

X11 = {"DISPLAY": ":0", "XDG_SESSION_TYPE": "x11"}
WAYLAND = {"WAYLAND_DISPLAY": "wayland-0", "XDG_SESSION_TYPE": "wayland"}
XWAYLAND = WAYLAND | {"DISPLAY": ":0"}


@pytest.mark.parametrize("can_share", [True, False])
@pytest.mark.parametrize(
    ("environment", "platform", "way"),
    [
        ({}, "win32", ScreenWay.DIRECT),
        ({}, "darwin", ScreenWay.DIRECT),
        (X11, "linux", ScreenWay.DIRECT),
        # An X server that was started from a Wayland session.
        ({"DISPLAY": ":9", "XDG_SESSION_TYPE": "wayland"}, "linux", ScreenWay.DIRECT),
        ({}, "linux", ScreenWay.NONE),
    ],
)
def test_where_programs_may_look_nothing_is_shared(
    environment: dict[str, str], platform: str, way: ScreenWay, can_share: bool
) -> None:
    access = screen_access(environment, platform=platform, can_share=can_share)
    assert access.way is way
    assert access.has_regions == (way is ScreenWay.DIRECT) == (not access.hint)


@pytest.mark.parametrize(
    ("environment", "can_share", "way", "words"),
    [
        (XWAYLAND, True, ScreenWay.PORTAL, "only programs that use X11 can be seen"),
        (WAYLAND, True, ScreenWay.PORTAL, "Choose Shared screen"),
        (XWAYLAND, False, ScreenWay.XWAYLAND, "only programs that use X11 can be seen"),
        (WAYLAND, False, ScreenWay.NONE, "log in to an X11 session"),
        ({"XDG_SESSION_TYPE": "wayland"}, True, ScreenWay.PORTAL, "Wayland"),
        ({"XDG_SESSION_TYPE": "wayland"}, False, ScreenWay.NONE, "Wayland"),
    ],
)
def test_on_wayland_the_portal_comes_first_then_xwayland_then_a_sentence(
    environment: dict[str, str], can_share: bool, way: ScreenWay, words: str
) -> None:
    access = screen_access(environment, platform="linux", can_share=can_share)
    assert access.way is way
    assert words in access.hint
    assert access.has_regions == ("DISPLAY" in environment)
    assert ('pip install -e ".[wayland]"' in access.hint) != can_share


def test_wayland_is_known_by_its_socket_or_its_session() -> None:
    assert is_wayland(WAYLAND)
    assert is_wayland(XWAYLAND)
    assert not is_wayland(X11)
    assert not is_wayland({})
