"""Exports beside a journal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.transcripts.export import export
from app.transcripts.formats import TranscriptFormat
from app.transcripts.journal import read_journal

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


def export_beside(journal: Path, formats: Iterable[TranscriptFormat]) -> tuple[Path, ...]:
    """Export a journal under its own name; gives the journal and the files written.

    The journal is JSONL itself, so that format needs no further file.

    Raises:
        TranscriptError: The journal cannot be read or a file not be written.
    """
    transcript = read_journal(journal)
    paths = [journal]
    for format_ in formats:
        if format_ is not TranscriptFormat.JSONL:
            path = journal.with_suffix(f".{format_.value}")
            export(transcript, path, format_)
            paths.append(path)
    return tuple(paths)
