"""Whether the person wants effort to be saved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class GovernorSettings:
    """The governor's switch, and that of the static saver.

    Attributes:
        is_on: Rounds are made cheaper where the model is too slow.
        skips_unchanged: Pictures that equal the one before are not looked at again.
    """

    SECTION: ClassVar[str] = "governor"

    is_on: bool = True
    skips_unchanged: bool = False
