"""What goes over the pipe to the process that runs sessions; messages come back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.session.reports import Govern, Reword, Wish
from app.session.request import SessionRequest

if TYPE_CHECKING:
    from app.capture.specs import Region


@dataclass(frozen=True, slots=True)
class Ask:
    """Put a question to the model."""

    question: str


@dataclass(frozen=True, slots=True)
class Instruct:
    """Follow another instruction."""

    text: str


@dataclass(frozen=True, slots=True)
class Talk:
    """Say more, or less."""

    talkativeness: float


@dataclass(frozen=True, slots=True)
class Mask:
    """Paint over these rectangles of the screen, and no others."""

    regions: tuple[Region, ...]


Steering = Ask | Instruct | Talk | Reword | Govern | Mask
"""What changes a session that runs."""

Order = SessionRequest | Wish | Steering
"""A request begins a session; everything else is for the session that runs."""
