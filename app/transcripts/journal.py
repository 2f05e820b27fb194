"""The journal: every line goes to the disk as it is spoken, and survives what comes after.

A journal is a text file of JSON records, one a line. It is only ever appended to. Each record is
handed to the system at once, so that it outlives the death of the process, and spoken lines are
forced to the disk, so that they outlive the loss of power. A record that was being written then
is torn; the reader leaves it out.

While a journal is written it is locked: that tells one that crashed from one that still runs.
"""

from __future__ import annotations

import contextlib
import os
import re
import time
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from app.errors import TranscriptError
from app.transcripts.line import TranscriptLine
from app.transcripts.record_file import append_records, read_records
from app.transcripts.records import End, Header, Record, from_json, to_json

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType
    from typing import Self

SUFFIX = ".jsonl"
RECOVERED = "recovered"  # why a journal ended that was finished by a later start
_END_BYTES = 4096  # more than an end record takes
_UNSAFE = re.compile(r"[^\w-]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Transcript:
    """What a journal or an export in JSONL holds.

    Attributes:
        end: None where it broke off.
        highlights: The numbers (`TranscriptLine.index`) of the lines that a person marked.
    """

    header: Header
    lines: tuple[TranscriptLine, ...] = ()
    end: End | None = None
    highlights: frozenset[int] = frozenset()

    @property
    def spoken(self) -> tuple[TranscriptLine, ...]:
        """The lines of which something can be read."""
        return tuple(line for line in self.lines if not line.is_silent)


class Journal:
    """A journal that is being written, by one thread.

    Raises:
        TranscriptError: The folder cannot be written to.
    """

    def __init__(self, folder: Path, header: Header) -> None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self.path = _free_path(folder, header)
            self._lock = _lock_of(self.path)
            self._lock.acquire()
            self._file = self.path.open("x", encoding="utf-8", newline="\n")
        except OSError as error:
            raise TranscriptError(
                f"The transcript cannot be kept in {folder} ({error.strerror}); "
                "choose another folder."
            ) from error
        self._num_lines = 0
        self._write(header, is_forced=True)

    @property
    def num_lines(self) -> int:
        """Lines kept so far, silent ones too."""
        return self._num_lines

    def append(self, line: TranscriptLine) -> None:
        """Keep a line, silent or spoken.

        Raises:
            TranscriptError: The disk takes no more.
        """
        self._write(line, is_forced=not line.is_silent)
        self._num_lines += 1

    def close(self, reason: str = "") -> None:
        """Finish in order. May be called again.

        Raises:
            TranscriptError: The disk takes no more; the journal is closed all the same.
        """
        if self._file.closed:
            return
        try:
            self._write(End(time.time(), reason), is_forced=True)
        finally:
            with contextlib.suppress(OSError):  # of bytes whose writing failed, as was said
                self._file.close()
            _unlock(self._lock, self.path)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close(str(error) if error else "")

    def _write(self, record: Record, *, is_forced: bool) -> None:
        try:
            self._file.write(to_json(record) + "\n")
            self._file.flush()
            if is_forced:
                os.fsync(self._file.fileno())
        except OSError as error:
            raise TranscriptError(
                f"The transcript {self.path} cannot be written ({error.strerror}); "
                "is the disk full?"
            ) from error


def read_journal(path: Path) -> Transcript:
    """What a journal holds; a torn last record is left out.

    Raises:
        TranscriptError: It cannot be read, has no header, or is damaged in the middle.
    """
    records = read_records(path)
    if not records or not isinstance(records[0], Header):
        raise TranscriptError(f"{path} is no transcript: it does not start with a header.")
    ends = [record for record in records if isinstance(record, End)]
    return Transcript(
        header=records[0],
        lines=tuple(record for record in records if isinstance(record, TranscriptLine)),
        end=ends[-1] if ends else None,
    )


def unfinished_journals(folder: Path) -> tuple[Path, ...]:
    """Journals that broke off and that nobody writes any more, oldest first."""
    found = sorted(folder.glob(f"*{SUFFIX}"), key=lambda path: path.stat().st_mtime)
    return tuple(path for path in found if not _has_end(path) and _is_abandoned(path))


def is_being_written(path: Path) -> bool:
    """Whether a session, of this program or of another, still writes the journal."""
    return not _has_end(path) and not _is_abandoned(path)


def finish_journal(path: Path) -> Transcript:
    """Close a journal that broke off, so that it is not found again, and give what it holds.

    Raises:
        TranscriptError: It cannot be read, or another program writes it.
    """
    lock = _lock_of(path)
    try:
        lock.acquire()
    except Timeout as error:
        raise TranscriptError(f"{path} is still being written; end that session first.") from error
    try:
        transcript = read_journal(path)
        if transcript.end is not None:  # it was finished before the lock was free
            return transcript
        end = End(path.stat().st_mtime, RECOVERED)
        append_records(path, (end,))
    finally:
        _unlock(lock, path)
    return Transcript(transcript.header, transcript.lines, end)


def _is_abandoned(path: Path) -> bool:
    lock = _lock_of(path)
    try:
        lock.acquire()
    except Timeout:
        return False
    _unlock(lock, path)
    return True


def _has_end(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _END_BYTES))
        last = file.read().splitlines()[-1:]
    try:
        return isinstance(from_json(last[0].decode()), End) if last else False
    except (TranscriptError, UnicodeDecodeError):
        return False


def _lock_of(path: Path) -> FileLock:
    """The lock of a journal; whichever thread closes the journal may give it back."""
    return FileLock(_lock_path(path), timeout=0, thread_local=False)


def _unlock(lock: FileLock, path: Path) -> None:
    lock.release()
    with contextlib.suppress(OSError):  # Windows keeps it where another program looks at it
        _lock_path(path).unlink()


def _lock_path(path: Path) -> Path:
    return path.with_name(f".{path.name}.lock")


def _free_path(folder: Path, header: Header) -> Path:
    """A name that tells source and time and is not taken, by this or another suffix."""
    moment = datetime.fromtimestamp(header.started_at).astimezone()
    source = _UNSAFE.sub("-", re.split(r"[/\\]", header.source)[-1]).strip("-")[:40] or "source"
    stem = f"{source}-{moment:%Y%m%d-%H%M%S}"
    number = 1
    while any(folder.glob(f"{stem if number == 1 else f'{stem}-{number}'}.*")):
        number += 1
    return folder / f"{stem if number == 1 else f'{stem}-{number}'}{SUFFIX}"
