"""The journal of a suite: finished pieces of work, one a line; what it holds is never done again.

A piece is whatever the suite takes as one: a question, a segment, a whole stream. One that was
killed half-way has left nothing here and is done again from its start.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from filelock import FileLock, Timeout

from engine.errors import EngineError
from engine.json_lines import append_line, cut_incomplete_line

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Self

Piece = TypeVar("Piece")

JOURNAL = "journal.jsonl"
JUDGE_JOURNALS = "judge-"
"""Begins the names of the journals of judges' replies, which lie in the same folder."""


class Journal(Generic[Piece]):
    """Finished pieces by their keys, for one process at a time.

    Args:
        path: The file.
        read: Gives key and piece of a line's JSON value; a KeyError, TypeError or ValueError
            says that the line is none of this journal.
        damage: What is said of such a line.

    Raises:
        EngineError: The file cannot be used, another evaluation uses it, or a line is damaged.
    """

    def __init__(self, path: Path, read: Callable[[Any], tuple[str, Piece]], damage: str) -> None:
        self._lock = FileLock(path.with_name(path.name + ".lock"))
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._lock.acquire(timeout=0)
            self._pieces = _load(path, read, damage)
            self._file = path.open("ab")
        except Timeout as error:
            raise EngineError(
                f"another evaluation is writing to {path.parent}; wait for it, or choose another "
                "folder with --out"
            ) from error
        except OSError as error:
            raise EngineError(f"cannot write the journal {path}: {error.strerror}") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._file.close()
        self._lock.release()

    def __contains__(self, key: str) -> bool:
        return key in self._pieces

    def find(self, key: str) -> Piece | None:
        """The piece with this key, if it is finished."""
        return self._pieces.get(key)

    def _keep(self, key: str, piece: Piece, line: str) -> None:
        """Keep a piece; its line is on the disk when this returns."""
        append_line(self._file, line.encode())
        self._pieces[key] = piece


class WorkJournal(Journal[Mapping[str, Any]]):
    """Finished pieces as plain values."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            path,
            _key_and_values,
            "not a line of this journal; remove the line, and its work is done again",
        )

    def add(self, key: str, piece: Mapping[str, Any]) -> None:
        """Keep a piece; it is on the disk when this returns."""
        self._keep(key, piece, json.dumps({"key": key, **piece}, ensure_ascii=False))


def _key_and_values(value: dict[str, Any]) -> tuple[str, Mapping[str, Any]]:
    return value["key"], {name: kept for name, kept in value.items() if name != "key"}


def _load(path: Path, read: Callable[[Any], tuple[str, Piece]], damage: str) -> dict[str, Piece]:
    if not path.exists():
        return {}
    cut_incomplete_line(path)
    pieces: dict[str, Piece] = {}
    for number, line in enumerate(path.read_bytes().splitlines(), start=1):
        try:
            key, piece = read(json.loads(line))
        except (KeyError, TypeError, ValueError) as error:
            raise EngineError(f"{path}, line {number}: {damage}") from error
        pieces[key] = piece
    return pieces
