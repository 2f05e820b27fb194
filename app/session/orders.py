"""What goes over the pipe to the process that runs sessions; messages come back."""

from __future__ import annotations

from dataclasses import dataclass

from app.session.reports import Wish
from app.session.request import SessionRequest


@dataclass(frozen=True, slots=True)
class Ask:
    """Put a question to the model."""

    question: str


@dataclass(frozen=True, slots=True)
class Instruct:
    """Follow another instruction."""

    text: str


Order = SessionRequest | Wish | Ask | Instruct
"""A request begins a session; everything else is for the session that runs."""
