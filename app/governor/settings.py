"""Whether the person wants the governor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class GovernorSettings:
    """The governor's switch."""

    SECTION: ClassVar[str] = "governor"

    is_on: bool = True
