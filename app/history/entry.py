"""A session as a list shows it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class SessionEntry:
    """What is known of a session without reading its journal.

    Attributes:
        title: The name that a person gave it, else empty.
        source: The source as a person writes it.
        started_at: Unix time.
        length_s: Where its last line ends, seconds of stream.
        num_lines: Lines of which something can be read.
        ending: How it ended, in words; None where it runs or broke off.
        problem: Why its journal cannot be read; empty where it can.
    """

    journal: Path
    title: str = ""
    source: str = ""
    model: str = ""
    started_at: float = 0.0
    length_s: float = 0.0
    num_lines: int = 0
    num_highlights: int = 0
    ending: str | None = None
    problem: str = ""

    @property
    def name(self) -> str:
        """What to call it."""
        return self.title or re.split(r"[/\\]", self.source.rstrip("/\\"))[-1] or self.journal.stem
