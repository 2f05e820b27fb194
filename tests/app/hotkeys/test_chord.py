from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import SettingsError
from app.hotkeys.chord import Chord, Modifier, parse_chord
from app.settings.shortcuts import Binding, ShortcutSettings

KEYS = st.sampled_from(["K", "7", "F5", "PgUp", "+", ",", "Media Play", "Space"])
HELD = st.sets(st.sampled_from(Modifier)).map(lambda held: frozenset(held | {Modifier.CTRL}))


@given(st.builds(Chord, KEYS, HELD))
def test_what_is_written_is_read_back(chord: Chord) -> None:
    assert parse_chord(str(chord)) == chord


def test_a_function_key_needs_no_modifier() -> None:
    assert parse_chord("F9") == Chord("F9", frozenset())


@pytest.mark.parametrize("text", ["", "Ctrl+", "Ctrl++K", "Hyper+K", "K", "Shift+K", "Space"])
def test_what_is_no_key_or_takes_one_from_other_programs_is_refused(text: str) -> None:
    with pytest.raises(SettingsError):
        parse_chord(text)


def test_settings_refuse_it_too() -> None:
    with pytest.raises(SettingsError, match="Hold Ctrl"):
        ShortcutSettings(everywhere=(Binding("mute", "M"),))
    assert ShortcutSettings(everywhere=(Binding("mute", ""),)).everywhere[0].keys == ""
