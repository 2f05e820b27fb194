"""What is chosen about speech, kept and checked."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pytest

from app.errors import SettingsError
from app.settings.store import SettingsStore
from app.speech.settings import SpeechSettings

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    "wrong",
    [
        {"rate_wpm": 79},
        {"rate_wpm": 451},
        {"volume": -0.1},
        {"volume": 1.1},
        {"volume": math.nan},
        {"fresh_s": 0.5},
        {"fresh_s": 31.0},
    ],
)
def test_numbers_out_of_their_range_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(SettingsError, match="must be"):
        SpeechSettings(**wrong)


def test_settings_survive_the_file(tmp_path: Path) -> None:
    chosen = SpeechSettings(
        enabled=True, voice="gmw/de", device="Headset", fresh_s=6, urgent_words=("Tor", "进球")
    )
    SettingsStore(tmp_path / "settings.json").put(chosen)
    assert SettingsStore(tmp_path / "settings.json").get(SpeechSettings) == chosen
