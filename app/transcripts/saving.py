"""Exports of a journal: beside it, or in the folder that the person chose for them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from app.transcripts.formats import TranscriptFormat
from app.transcripts.key_frames import key_frame_folder
from app.transcripts.naming import NameTemplate, unused_path
from app.transcripts.notes import read_transcript

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class ExportPlan:
    """Which exports go where, and how they are called."""

    folder: Path
    formats: tuple[TranscriptFormat, ...]
    name: NameTemplate = field(default_factory=NameTemplate)

    def write(self, journal: Path) -> tuple[Path, ...]:
        """Export a journal with its notes; files that are there stay. Gives the files written.

        Raises:
            TranscriptError: The journal cannot be read or a file not be written.
        """
        from app.transcripts.export import export  # loads what settings can do without

        transcript = read_transcript(journal)
        name = self.name.fill(transcript.header)
        paths: list[Path] = []
        for format_ in self.formats:
            path = unused_path(self.folder, name, f".{format_.value}")
            export(transcript, path, format_, key_frames=key_frame_folder(journal))
            paths.append(path)
        return tuple(paths)


def export_beside(journal: Path, formats: Iterable[TranscriptFormat]) -> tuple[Path, ...]:
    """Export a journal under its own name; gives the journal and the files written.

    The journal is JSONL itself, so that format needs no further file.

    Raises:
        TranscriptError: The journal cannot be read or a file not be written.
    """
    from app.transcripts.export import export

    transcript = read_transcript(journal)
    paths = [journal]
    for format_ in formats:
        if format_ is not TranscriptFormat.JSONL:
            path = journal.with_suffix(f".{format_.value}")
            export(transcript, path, format_, key_frames=key_frame_folder(journal))
            paths.append(path)
    return tuple(paths)
