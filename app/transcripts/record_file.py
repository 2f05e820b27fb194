"""Files of records, one a line, that are only appended to.

A record that was being written when the process or the power died is torn. Readers leave it out,
and the next record takes its place.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from app.errors import TranscriptError
from app.transcripts.records import Record, from_json, to_json

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


def read_records(path: Path) -> list[Record]:
    """All whole records.

    Raises:
        TranscriptError: The file cannot be read, or is damaged before its last record.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise TranscriptError(f"{path} cannot be read ({error.strerror}).") from error
    *whole, _torn = content.split(b"\n")
    return [_parse(path, number, raw) for number, raw in enumerate(whole, 1)]


def append_records(path: Path, records: Iterable[Record]) -> None:
    """Add records, forced to the disk at once; only one writer at a time may do so.

    Raises:
        OSError: The file cannot be written.
    """
    with path.open("a+b") as file:
        file.seek(0)
        file.truncate(file.read().rfind(b"\n") + 1)
        file.writelines(to_json(record).encode() + b"\n" for record in records)
        file.flush()
        os.fsync(file.fileno())


def _parse(path: Path, number: int, raw: bytes) -> Record:
    try:
        return from_json(raw.decode("utf-8"))
    except (TranscriptError, UnicodeDecodeError) as error:
        raise TranscriptError(f"{path}, line {number}: {error}.") from error
