"""What the model reads of a person's choice, and that it is kept."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from app.errors import SteeringError
from app.settings.store import SettingsStore
from app.steering.instruction import compose, follows_instructions
from app.steering.presets import PRESET_TEXTS, Preset
from app.steering.settings import SteeringSettings
from app.steering.words import WordRule

if TYPE_CHECKING:
    from pathlib import Path

FULL = SteeringSettings(
    preset=Preset.CUSTOM,
    custom="  Whisper.\n",
    title="Falcons   v Sharks",
    names="Anna Berg (10)\n\nLi Wei (7)\n",
    glossary="press: hurry the one with the ball",
    language="de",
    talkativeness=-1.5,
    words=(WordRule("ref", "referee"), WordRule("damn")),
)


def test_nothing_chosen_says_nothing() -> None:
    assert compose(SteeringSettings()) == ""


def test_every_part_has_its_line() -> None:
    assert compose(FULL) == (
        "Whisper.\n"
        "You are watching: Falcons v Sharks\n"
        "Names:\nAnna Berg (10)\nLi Wei (7)\n"
        "Glossary: press: hurry the one with the ball\n"
        "Always answer and comment in German (Deutsch)."
    )


@pytest.mark.parametrize("preset", PRESET_TEXTS)
def test_a_preset_speaks_in_place_of_the_custom_text(preset: Preset) -> None:
    text = compose(replace(FULL, preset=preset))
    assert text.startswith(PRESET_TEXTS[preset])
    assert "Whisper" not in text
    assert len(PRESET_TEXTS[preset].split()) < 70  # it is read again in every session's sink


def test_choices_survive_a_restart(tmp_path: Path) -> None:
    SettingsStore(tmp_path / "settings.json").put(FULL)
    assert SettingsStore(tmp_path / "settings.json").get(SteeringSettings) == FULL


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"title": "x" * 201}, "200 characters"),
        ({"glossary": "x" * 2001}, "2000 characters"),
        ({"language": "tlh"}, "known are ar, cs"),
        ({"talkativeness": 5.1}, "from -5 to 5"),
        ({"talkativeness": float("nan")}, "from -5 to 5"),
        ({"words": (WordRule("a"),) * 501}, "500 words"),
    ],
)
def test_what_does_not_fit_is_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(SteeringError, match=message):
        replace(FULL, **change)


def test_the_bundled_model_follows_no_instruction() -> None:
    assert not follows_instructions("bundled")
    assert follows_instructions("Qwen/Qwen2.5-VL-3B-Instruct")
