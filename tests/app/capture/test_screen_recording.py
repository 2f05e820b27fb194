from __future__ import annotations

import pytest

from app.capture.screen_recording import ask_for_screen_recording, check_screen_recording
from app.errors import SourceError


class ScriptedMac:
    """Answers as CoreGraphics does, and notes what the person was asked."""

    def __init__(self, *, allows: bool, says: bool = False) -> None:
        self.allows = allows
        self.says = says
        self.num_questions = 0

    def CGPreflightScreenCaptureAccess(self) -> bool:  # noqa: N802 (the library's name)
        return self.allows

    def CGRequestScreenCaptureAccess(self) -> bool:  # noqa: N802 (the library's name)
        self.num_questions += 1
        return self.says


def test_nobody_is_asked_twice() -> None:
    mac = ScriptedMac(allows=True)
    ask_for_screen_recording(mac)
    assert mac.num_questions == 0


def test_the_person_is_asked_where_it_is_not_allowed_yet() -> None:
    mac = ScriptedMac(allows=False, says=True)
    ask_for_screen_recording(mac)
    assert mac.num_questions == 1


def test_what_is_not_allowed_is_said_instead_of_showing_the_wallpaper() -> None:
    with pytest.raises(SourceError, match="Allow Screen Recording"):
        ask_for_screen_recording(ScriptedMac(allows=False))


@pytest.mark.parametrize("platform", ["linux", "win32"])
def test_other_systems_know_no_such_permission(
    monkeypatch: pytest.MonkeyPatch, platform: str
) -> None:
    monkeypatch.setattr("sys.platform", platform)
    check_screen_recording()
