from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from app.errors import SettingsError
from app.settings.store import SettingsStore
from app.subtitles.places import OverlaySettings, Place, Rectangle
from app.subtitles.settings import Alignment, Pacing, ReadingMode, SubtitleSettings, SubtitleStyle

if TYPE_CHECKING:
    from pathlib import Path

MONITOR = Rectangle(1920, 0, 1280, 720)


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        (SubtitleStyle, {"size_pt": 11}),
        (SubtitleStyle, {"background_opacity": float("nan")}),
        (SubtitleStyle, {"colour": "red"}),
        (SubtitleStyle, {"num_lines": 0}),
        (Pacing, {"hold_s": 0.0}),
        (Pacing, {"reading_speed": 1000}),
    ],
)
def test_values_out_of_range_are_refused(kind: type, values: dict[str, object]) -> None:
    with pytest.raises(SettingsError, match=r"subtitles must be|A colour is"):
        kind(**values)


def test_settings_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    subtitles = SubtitleSettings(
        SubtitleStyle(alignment=Alignment.RIGHT), Pacing(mode=ReadingMode.INSTANT)
    )
    overlay = OverlaySettings().with_place(Place("B", 1, 2, 300, 80, ReadingMode.STEADY))
    store = SettingsStore(path)
    store.put(subtitles)
    store.put(overlay)
    again = SettingsStore(path)
    assert (again.get(SubtitleSettings), again.get(OverlaySettings)) == (subtitles, overlay)


def test_each_monitor_remembers_its_place() -> None:
    first = OverlaySettings().place_on("A", MONITOR, 120)
    assert first.on(MONITOR).y + first.height < MONITOR.height
    moved = replace(first, x=5, mode=ReadingMode.INSTANT)
    settings = OverlaySettings().with_place(moved).with_place(Place("B", 7, 7, 400, 90))
    assert settings.monitor == "B"
    assert settings.place_on("A", MONITOR, 120) == moved
    assert settings.place_on("B", MONITOR, 120).x == 7


def test_a_place_is_brought_back_onto_a_smaller_monitor() -> None:
    place = Place("A", 3000, -50, 2000, 20)
    assert place.on(MONITOR) == Rectangle(1920, 0, 1280, 48)
