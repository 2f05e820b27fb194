"""A step of the governor in one plain line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.governor.effort import Saving

if TYPE_CHECKING:
    from app.session.messages import EffortChanged


def percent(share: float) -> str:
    """`share` of 1 as people write it."""
    return f"{share * 100:.0f} %"


def line_of(change: EffortChanged) -> str:
    """Which step was taken, and why."""
    if change.saving is None:
        return "Saving effort is off; everything is given back"
    value = value_of(change)
    busy = percent(change.load)
    if change.is_down:
        return f"Too slow (rounds take {busy} of their time): {change.saving.value} down to {value}"
    return f"Room again (rounds take {busy} of their time): {change.saving.value} up to {value}"


def value_of(change: EffortChanged) -> str:
    """What the step changed, as it is now."""
    effort = change.effort
    match change.saving:
        case Saving.FRAMES:
            return f"{effort.frames_per_chunk} a round"
        case Saving.PICTURE:
            return percent(effort.picture_share)
        case Saving.VISION:
            return f"{effort.vision_window_rounds} rounds"
        case Saving.WORDS:
            return f"{effort.max_new_tokens} tokens a round"
        case None:
            return ""
