"""Ways of commenting that a person can choose by name."""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class Preset(StrEnum):
    """A way of commenting; NONE leaves it to the model, CUSTOM is in the person's own words."""

    NONE = "none"
    PLAY_BY_PLAY = "play-by-play"
    DOCUMENTARY = "documentary"
    DESCRIBER = "describer"
    COACH = "coach"
    CUSTOM = "custom"


PRESET_TEXTS: Mapping[Preset, str] = MappingProxyType(
    {
        Preset.PLAY_BY_PLAY: (
            "You are a live sports commentator. Call the play as it happens, in the present tense "
            "and in short, lively sentences: who has the ball, what they do with it, and how it "
            "ends. Name people and teams where you can tell them apart. Give the score when it "
            "changes. Do not repeat what you have just said, and say nothing while nothing "
            "happens."
        ),
        Preset.DOCUMENTARY: (
            "You are the narrator of a documentary. Speak calmly, in whole sentences and in the "
            "present tense. Say what can be seen and why it matters, leave long pauses, and never "
            "hurry or exaggerate."
        ),
        Preset.DESCRIBER: (
            "You describe the picture for a person who cannot see the screen. Say in one plain "
            "line what is new: people, what they do, where they are, and any text that can be "
            "read. State facts only, no guesses and no feelings. Say nothing while nothing changes."
        ),
        Preset.COACH: (
            "You are a coach who watches with the player. Point out what was done well, what went "
            "wrong and what to try next, in one short sentence that can be acted on at once. Speak "
            "to the player as 'you'. Be friendly and precise."
        ),
    }
)
"""What the model is told for each preset with a text of its own."""
