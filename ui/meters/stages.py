"""The stages of a round, with their names and colours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from ui.meters import colours

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QColor

    from engine.events import RoundTiming

_MS_PER_S = 1000


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage; `seconds` finds it in a round's timing."""

    name: str
    colour: QColor
    seconds: Callable[[RoundTiming], float]

    def milliseconds(self, timing: RoundTiming) -> float:
        """What the stage took."""
        return self.seconds(timing) * _MS_PER_S


def stages() -> tuple[Stage, ...]:
    """All stages in their order."""
    translate = QCoreApplication.translate
    return (
        Stage(translate("Stages", "Forgetting"), colours.EVICT, lambda timing: timing.evict_s),
        Stage(
            translate("Stages", "Pictures cut up"), colours.PATCHES, lambda timing: timing.patches_s
        ),
        Stage(translate("Stages", "Looking"), colours.VISION, lambda timing: timing.vision_s),
        Stage(translate("Stages", "Reading"), colours.PREFILL, lambda timing: timing.prefill_s),
        Stage(translate("Stages", "Speaking"), colours.DECODE, lambda timing: timing.decode_s),
    )
