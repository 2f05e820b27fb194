"""What a person changed in a transcript: words, highlights, times, its title.

Decision: notes are records like a journal's, appended to a file of their own beside it. The
journal keeps what was said as it was said and has one writer, the session's process; the window
can thus take notes while that process writes, and a lost or damaged note costs no line. To undo
is to append the note that puts back what was before.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from app.errors import TranscriptError
from app.transcripts.record_file import append_records, read_records
from app.transcripts.records import HighlightNote, Note, TextNote, TimingNote, TitleNote
from app.transcripts.retiming import Retiming

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from app.transcripts.journal import Transcript
    from app.transcripts.line import TranscriptLine

SUFFIX = ".notes"
_LOCK_WAIT_S = 2.0


@dataclass(frozen=True, slots=True)
class Notes:
    """What all notes of a transcript come to; the later of two on one thing holds.

    Attributes:
        texts: New words, by the number of the line.
        title: None where it was never given one.
    """

    texts: dict[int, str] = field(default_factory=dict[int, str])
    highlights: frozenset[int] = frozenset()
    timing: Retiming = field(default_factory=Retiming)
    title: str | None = None

    def noting(self, notes: Iterable[Note]) -> Notes:
        """These notes and further ones."""
        texts, highlights = dict(self.texts), set(self.highlights)
        timing, title = self.timing, self.title
        for note in notes:
            match note:
                case TextNote(index, text):
                    texts[index] = text
                case HighlightNote(index, True):
                    highlights.add(index)
                case HighlightNote(index, _):
                    highlights.discard(index)
                case TimingNote(offset_s, scale):
                    timing = Retiming(offset_s, scale)
                case TitleNote(title):
                    pass
        return Notes(texts, frozenset(highlights), timing, title)

    def shown(self, line: TranscriptLine) -> TranscriptLine:
        """`line` as the notes make it."""
        text = self.texts.get(line.index)
        return self.timing.retimed(line if text is None else replace(line, text=text))

    def applied(self, transcript: Transcript) -> Transcript:
        """`transcript` as the notes make it."""
        header = transcript.header
        return replace(
            transcript,
            header=header if self.title is None else replace(header, title=self.title),
            lines=tuple(map(self.shown, transcript.lines)),
            highlights=self.highlights,
        )


def notes_path(journal: Path) -> Path:
    """The file of a journal's notes; it exists once something was noted."""
    return journal.with_suffix(SUFFIX)


def read_notes(journal: Path) -> Notes:
    """The notes beside a journal; none is no error.

    Raises:
        TranscriptError: They cannot be read.
    """
    path = notes_path(journal)
    return gathered(read_records(path)) if path.exists() else Notes()


def gathered(records: Iterable[object]) -> Notes:
    """What the notes among `records` come to."""
    return Notes().noting(
        record
        for record in records
        if isinstance(record, TextNote | HighlightNote | TimingNote | TitleNote)
    )


def take_notes(journal: Path, *notes: Note) -> None:
    """Keep notes beside a journal, which may still be written; all of them take one write.

    Raises:
        TranscriptError: It cannot be written.
    """
    from filelock import FileLock  # the window takes its first note long after it opened

    path = notes_path(journal)
    lock = path.with_name(".notes.lock")  # one for the folder: people change one thing at a time
    try:
        with FileLock(lock, timeout=_LOCK_WAIT_S):
            append_records(path, notes)
    except (OSError, TimeoutError) as error:
        raise TranscriptError(
            f"The change cannot be kept in {path} ({error}); is the disk full or read-only?"
        ) from error


def read_transcript(journal: Path) -> Transcript:
    """A journal with its notes: what a person reads and exports.

    Raises:
        TranscriptError: One of the two cannot be read.
    """
    from app.transcripts.journal import read_journal

    return read_notes(journal).applied(read_journal(journal))
