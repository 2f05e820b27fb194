"""From what a person chose to the text that the model reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.session.request import BUNDLED_MODEL
from app.steering.languages import LANGUAGES
from app.steering.presets import PRESET_TEXTS, Preset

if TYPE_CHECKING:
    from app.steering.settings import SteeringSettings


def compose(steering: SteeringSettings) -> str:
    """The instruction, one part to a line: manner, title, names, glossary, language.

    It is in English whatever the language asked for, because that is what models follow best.
    """
    custom = steering.custom if steering.preset is Preset.CUSTOM else ""
    parts = [
        PRESET_TEXTS.get(steering.preset, custom).strip(),
        _labelled("You are watching", steering.title),
        _labelled("Names", steering.names),
        _labelled("Glossary", steering.glossary),
        _language(steering.language),
    ]
    return "\n".join(part for part in parts if part)


def follows_instructions(model: str) -> bool:
    """Whether a model reads instructions and answers questions; the bundled one knows its game.

    It was trained on a handful of words without any instruction, so that one would only confuse
    it.
    """
    return model != BUNDLED_MODEL


def _labelled(label: str, text: str) -> str:
    lines = [" ".join(line.split()) for line in text.splitlines()]
    kept = [line for line in lines if line]
    if not kept:
        return ""
    return f"{label}: {kept[0]}" if len(kept) == 1 else "\n".join([f"{label}:", *kept])


def _language(code: str) -> str:
    if not code:
        return ""
    english, own = LANGUAGES[code]
    name = english if english == own else f"{english} ({own})"
    return f"Always answer and comment in {name}."
