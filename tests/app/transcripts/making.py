"""Transcripts made by tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.transcripts.journal import Journal
from app.transcripts.line import TranscriptLine
from app.transcripts.records import Header

if TYPE_CHECKING:
    from pathlib import Path

STARTED_AT = 1_700_000_000.0


def header(source: str = "match:3", title: str = "", started_at: float = STARTED_AT) -> Header:
    """A header of a session with the bundled model."""
    return Header(source, "bundled", started_at, {"sample_fps": 2.0}, title=title)


def line(index: int, text: str, question: str = "") -> TranscriptLine:
    """What was said about second `index`."""
    return TranscriptLine(index, float(index), index + 1.0, text, question=question)


def write_journal(
    folder: Path, *texts: str, source: str = "match:3", started_at: float = STARTED_AT
) -> Path:
    """A finished journal with one line a second."""
    with Journal(folder, header(source, started_at=started_at)) as journal:
        for index, text in enumerate(texts):
            journal.append(line(index, text))
    return journal.path
