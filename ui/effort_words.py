"""The governor's steps in one translatable line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from app.governor.effort import Saving

if TYPE_CHECKING:
    from app.session.messages import EffortChanged

_PERCENT = 100
translate = QCoreApplication.translate


def line_of(change: EffortChanged) -> str:
    """Which step was taken, and why."""
    what = _what(change)
    if change.is_down:
        pattern = translate("Effort", "Too slow (rounds take {0:.0f} % of their time): {1}.")
    elif change.saving is None:
        return translate("Effort", "Saving effort is off; everything is given back.")
    else:
        pattern = translate("Effort", "Room again (rounds take {0:.0f} % of their time): {1}.")
    return pattern.format(change.load * _PERCENT, what)


def state_of(change: EffortChanged) -> str:
    """How far down the governor is."""
    if not change.steps_down:
        return translate("Effort", "Nothing is saved on now.")
    return translate("Effort", "Step {0} of {1}.").format(change.steps_down, change.num_steps)


def _what(change: EffortChanged) -> str:
    effort = change.effort
    match change.saving:
        case Saving.FRAMES:
            return translate("Effort", "now {0} frames a round").format(effort.frames_per_chunk)
        case Saving.PICTURE:
            return translate("Effort", "picture size now {0:.0f} %").format(
                effort.picture_share * _PERCENT
            )
        case Saving.VISION:
            return translate("Effort", "vision window now {0} rounds").format(
                effort.vision_window_rounds
            )
        case Saving.WORDS:
            return translate("Effort", "words now up to {0} tokens a round").format(
                effort.max_new_tokens
            )
        case None:
            return ""
