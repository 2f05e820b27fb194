"""The database behind the history: what it knows is read from the journals and can be again."""

from __future__ import annotations

import logging
import sqlite3
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from app.errors import TranscriptError
from app.history.entry import SessionEntry
from app.history.query import Query
from app.transcripts.journal import SUFFIX, Transcript
from app.transcripts.notes import notes_path, read_transcript

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

logger = logging.getLogger(__name__)

T = TypeVar("T")

SCHEMA_VERSION = 1
_SCHEMA = """
CREATE TABLE sessions (
    id INTEGER PRIMARY KEY, journal TEXT UNIQUE NOT NULL, stamp TEXT NOT NULL, title TEXT,
    source TEXT, model TEXT, started_at REAL, length_s REAL, num_lines INTEGER,
    num_highlights INTEGER, ending TEXT, problem TEXT
);
CREATE VIRTUAL TABLE lines USING fts5(text, tokenize='trigram');
"""
_COLUMNS = (
    "journal, title, source, model, started_at, length_s, num_lines, num_highlights, ending, "
    "problem"
)
_LINES_PER_SESSION = 1 << 24  # a line's row is its session's number times this, plus its own


class HistoryIndex:
    """Lists and searches the journals of one folder. Any thread may use it, one at a time.

    Args:
        folder: Where the journals are; it need not exist.
        database: Where to keep what is known of them; made where it is missing or damaged.
    """

    def __init__(self, folder: Path, database: Path) -> None:
        self._folder = folder
        self._database = database

    def refresh(self) -> None:
        """Read what is new or changed since the last time, forget what is gone.

        Raises:
            TranscriptError: The database cannot be written.
        """
        self._done(self._update)

    def sessions(self, search: str = "") -> tuple[SessionEntry, ...]:
        """Sessions, newest first: all, or those in whose lines or names the words are found.

        Raises:
            TranscriptError: The database cannot be read.
        """
        query = Query.of(search)
        statement = f"SELECT {_COLUMNS} FROM sessions"  # noqa: S608 (our own names)
        values: tuple[str, ...] = ()
        if not query.is_empty:
            condition, values = query.lines_condition()
            named, names = query.names_condition()
            found = f"SELECT rowid / {_LINES_PER_SESSION} FROM lines WHERE {condition}"  # noqa: S608
            statement += f" WHERE id IN ({found}) OR {named}"
            values += names
        statement += " ORDER BY started_at DESC, id DESC"
        rows = self._done(lambda connection: connection.execute(statement, values).fetchall())
        return tuple(SessionEntry(self._folder / name, *rest) for name, *rest in rows)

    def hits(self, journal: Path, search: str) -> tuple[int, ...]:
        """The numbers of the lines of a session in which the words are found, in order.

        Raises:
            TranscriptError: The database cannot be read.
        """
        query = Query.of(search)
        if query.is_empty:
            return ()
        condition, values = query.lines_condition()
        return self._done(partial(_hits, name=journal.name, condition=condition, values=values))

    def _update(self, connection: sqlite3.Connection) -> None:
        stamps = {path.name: _stamp(path) for path in self._folder.glob(f"*{SUFFIX}")}
        known = dict(connection.execute("SELECT journal, stamp FROM sessions"))
        for name in known.keys() - stamps.keys():
            with connection:
                _forget(connection, name)
        for name, stamp in stamps.items():
            if known.get(name) != stamp:
                with connection:
                    _forget(connection, name)
                    self._read(connection, name, stamp)

    def _read(self, connection: sqlite3.Connection, name: str, stamp: str) -> None:
        try:
            entry, transcript = _entry(self._folder / name)
        except TranscriptError as error:
            entry, transcript = SessionEntry(self._folder / name, problem=str(error)), None
        row = (name, *(getattr(entry, column) for column in _COLUMNS.split(", ")[1:]), stamp)
        marks = ", ".join("?" * len(row))
        insertion = f"INSERT INTO sessions ({_COLUMNS}, stamp) VALUES ({marks})"  # noqa: S608
        cursor = connection.execute(insertion, row)
        if transcript is not None:
            first = (cursor.lastrowid or 0) * _LINES_PER_SESSION
            texts = ((first + line.index, line.text) for line in transcript.spoken)
            connection.executemany("INSERT INTO lines (rowid, text) VALUES (?, ?)", texts)

    def _done(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """What `work` gives; where the database is damaged, it is made anew first.

        Raises:
            TranscriptError: The database cannot be used.
        """
        try:
            try:
                return self._done_once(work)
            except sqlite3.OperationalError:  # a kind of the next, but nothing to be made anew
                raise
            except sqlite3.DatabaseError:
                logger.warning("%s is damaged and made anew", self._database)
                self._database.unlink()
                self._done_once(self._update)
                return self._done_once(work)
        except (sqlite3.Error, OSError) as error:
            raise TranscriptError(
                f"The history cannot be searched: {self._database} cannot be used ({error})."
            ) from error

    def _done_once(self, work: Callable[[sqlite3.Connection], T]) -> T:
        self._database.parent.mkdir(parents=True, exist_ok=True)
        with closing(self._opened()) as connection:
            return work(connection)

    def _opened(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._database)
        try:
            connection.create_function("holds", 2, _holds, deterministic=True)
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            if version != SCHEMA_VERSION:
                _rebuild(connection)
        except sqlite3.Error:
            connection.close()
            raise
        return connection


def _rebuild(connection: sqlite3.Connection) -> None:
    connection.executescript(
        "BEGIN; DROP TABLE IF EXISTS sessions; DROP TABLE IF EXISTS lines;"
        f"{_SCHEMA} PRAGMA user_version = {SCHEMA_VERSION}; COMMIT;"
    )


def _hits(
    connection: sqlite3.Connection, *, name: str, condition: str, values: tuple[str, ...]
) -> tuple[int, ...]:
    first = _first_row(connection, name)
    if first is None:
        return ()
    within = f"{condition} AND rowid BETWEEN ? AND ?"
    rows = connection.execute(
        f"SELECT rowid FROM lines WHERE {within} ORDER BY rowid",  # noqa: S608
        (*values, first, first + _LINES_PER_SESSION - 1),
    )
    return tuple(row - first for (row,) in rows)


def _entry(journal: Path) -> tuple[SessionEntry, Transcript]:
    transcript = read_transcript(journal)
    header = transcript.header
    entry = SessionEntry(
        journal=journal,
        title=header.title,
        source=header.source,
        model=header.model,
        started_at=header.started_at,
        length_s=max((line.end_s for line in transcript.lines), default=0.0),
        num_lines=len(transcript.spoken),
        num_highlights=len(transcript.highlights),
        ending=None if transcript.end is None else transcript.end.reason,
    )
    return entry, transcript


def _stamp(journal: Path) -> str:
    """Changes whenever the journal or its notes do."""
    return " ".join(_stamps(path for path in (journal, notes_path(journal)) if path.exists()))


def _stamps(paths: Iterable[Path]) -> Iterable[str]:
    for path in paths:
        status = path.stat()
        yield f"{status.st_size}@{status.st_mtime_ns}"


def _first_row(connection: sqlite3.Connection, name: str) -> int | None:
    row = connection.execute("SELECT id FROM sessions WHERE journal = ?", (name,)).fetchone()
    return None if row is None else row[0] * _LINES_PER_SESSION


def _forget(connection: sqlite3.Connection, name: str) -> None:
    first = _first_row(connection, name)
    if first is not None:
        last = first + _LINES_PER_SESSION - 1
        connection.execute("DELETE FROM lines WHERE rowid BETWEEN ? AND ?", (first, last))
        connection.execute("DELETE FROM sessions WHERE journal = ?", (name,))


def _holds(text: str | None, term: str) -> bool:
    return term.casefold() in (text or "").casefold()
